import { randomUUID } from 'node:crypto';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import type { Context, Dependencies } from './context.ts';
import { AccessLog } from './http/access-log.ts';
import type { App } from './http/app.ts';
import { ConcurrencyLimiter } from './http/concurrency-limiter.ts';
import { loggerOptions } from './http/logger.ts';
import { addDatabase } from './http/plugins/database.ts';
import { addDocumentation } from './http/plugins/documentation.ts';
import { addMetrics } from './http/plugins/metrics.ts';
import { addProblemDetails, sendFrameworkError } from './http/plugins/problem-details.ts';
import { addRateLimit, limitRate } from './http/plugins/rate-limit.ts';
import { addSecurity } from './http/plugins/security.ts';
import { sharedSerializers } from './http/plugins/serialization.ts';
import { addValidation } from './http/plugins/validation.ts';
import { operationsRoutes } from './http/probes/probes.routes.ts';
import { detailedProblemSchemas, ProblemSchema } from './http/problem-schemas.ts';
import { createMetrics } from './metrics/metrics.ts';
import { cartRoutes } from './modules/cart/cart.routes.ts';
import { Cart } from './modules/cart/cart.schemas.ts';
import { createCartEventHub } from './modules/cart/live/live-carts.ts';
import { catalogRoutes } from './modules/catalog/catalog.routes.ts';
import { Product } from './modules/catalog/catalog.schemas.ts';
import { checkoutRoutes } from './modules/checkout/checkout.routes.ts';
import { createIdentityHooks, decorateIdentity } from './modules/identity/authenticate.ts';
import { identityRoutes, Session } from './modules/identity/identity.routes.ts';
import { orderRoutes } from './modules/orders/orders.routes.ts';
import { Order } from './modules/orders/orders.schemas.ts';
import { VERSION } from './version.ts';

const BODY_LIMIT_BYTES = 64 * 1024;
/** Longest time for a client to send its whole request; a slow one must not hold a socket. */
const REQUEST_TIMEOUT_MS = 30_000;
const REQUEST_ID = /^[\w.-]{8,128}$/;

/** Builds the API on what it is given; it reads no environment and opens no port. */
export async function buildApp(dependencies: Dependencies): Promise<App> {
  const { config, pool } = dependencies;
  const metrics = createMetrics(pool, config.shop.currency);
  const limiter = new ConcurrencyLimiter(config.http.maxConcurrentRequests);
  const app: App = fastify({
    logger: loggerOptions(config.logLevel, dependencies.logStream),
    serverFactory: limiter.createServer,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: [...config.http.trustProxy],
    routerOptions: { maxParamLength: 1024 },
    logController: new AccessLog(),
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    // What was accepted before a stop is answered; only new connections are turned away.
    return503OnClosing: false,
    schemaController: sharedSerializers,
    frameworkErrors: sendFrameworkError,
  }).withTypeProvider<TypeBoxTypeProvider>();

  const context = {
    ...{ ...dependencies, metrics, limiter },
    hub: createCartEventHub({ ...dependencies, metrics, limiter }, app.log),
  };
  endStreams(app, context);
  addProblemDetails(app);
  addValidation(app);
  await addSecurity(app, context);
  await addRateLimit(app);
  await addDocumentation(app, VERSION);
  addMetrics(app, context);
  addDatabase(app, context);
  decorateIdentity(app);
  for (const schema of [ProblemSchema, ...detailedProblemSchemas, Session, Product, Cart, Order])
    app.addSchema(schema);
  // With callbacks: a promise for each hook of each request is what most of a hook costs.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // A connection kept open would keep the process from ending.
    if (context.stopping.aborted) reply.header('connection', 'close');
    done();
  });

  await app.register((scope: App) => operationsRoutes(scope, context));
  await app.register((scope: App) => apiRoutes(scope, context), { prefix: '/api/v1' });
  await app.ready();
  return app;
}

/** A stream of events would never end by itself. */
function endStreams(app: App, { hub, stopping }: Context): void {
  // At once, so that clients go elsewhere while what was asked before is still being answered.
  const end = () => void hub.close();
  stopping.addEventListener('abort', end, { once: true });
  app.addHook('preClose', async () => {
    stopping.removeEventListener('abort', end);
    await hub.close();
  });
}

async function apiRoutes(app: App, context: Context): Promise<void> {
  const { perAddress } = context.config.http.rateLimit;
  limitRate(app, perAddress, (request) => request.ip);
  await app.register((scope: App) => identityRoutes(scope, context));
  await app.register((scope: App) => catalogRoutes(scope, context));
  await app.register((scope: App) => customerRoutes(scope, context));
}

/** Everything that belongs to one customer: it needs a caller, and counts what the caller asks. */
async function customerRoutes(app: App, context: Context): Promise<void> {
  const { perCustomer } = context.config.http.rateLimit;
  app.addHook('onRequest', createIdentityHooks(context).authenticate);
  limitRate(app, perCustomer, (request) => request.customer?.customerId ?? request.ip);
  app.addHook('onRoute', ({ schema }) => {
    if (schema) schema.security = [{ bearer: [] }, { session: [] }];
  });
  await app.register((scope: App) => cartRoutes(scope, context));
  await app.register((scope: App) => checkoutRoutes(scope, context));
  await app.register((scope: App) => orderRoutes(scope, context));
}
