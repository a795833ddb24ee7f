import { randomUUID } from 'node:crypto';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import { type Context, createContext, type Dependencies } from './context.ts';
import type { RequestDatabase } from './db/connection.ts';
import { asyncApiRoutes } from './events/asyncapi.routes.ts';
import { AccessLog } from './http/access-log.ts';
import type { App } from './http/app.ts';
import { ConcurrencyLimiter } from './http/concurrency-limiter.ts';
import { loggerOptions } from './http/logger.ts';
import { addDatabase } from './http/plugins/database.ts';
import { addDocumentation } from './http/plugins/documentation.ts';
import { addJsonBody } from './http/plugins/json-body.ts';
import { addMetrics } from './http/plugins/metrics.ts';
import { addProblemDetails, sendFrameworkError } from './http/plugins/problem-details.ts';
import { addRateLimit, limitRate } from './http/plugins/rate-limit.ts';
import { addHeaderRules, addHeaderTextRule } from './http/plugins/request-headers.ts';
import { addSecurity } from './http/plugins/security.ts';
import { sharedSerializers } from './http/plugins/serialization.ts';
import { refuseUnreadable } from './http/plugins/unreadable-requests.ts';
import { addValidation } from './http/plugins/validation.ts';
import { operationsRoutes } from './http/probes/probes.routes.ts';
import { PROBLEM_CODES } from './http/problem.ts';
import { detailedProblemSchemas, documentedProblemSchema } from './http/problem-schemas.ts';
import { MAX_PATH_PART_LENGTH, rewriteTarget } from './http/request-target.ts';
import { staffOrderRoutes } from './modules/admin/staff-orders.routes.ts';
import { cartRoutes } from './modules/cart/cart.routes.ts';
import { Cart } from './modules/cart/cart.schemas.ts';
import type { CartEventHub } from './modules/cart/live/cart-event-hub.ts';
import { keepCart } from './modules/cart/retention/keep-cart.ts';
import { catalogRoutes } from './modules/catalog/catalog.routes.ts';
import { Product } from './modules/catalog/catalog.schemas.ts';
import { checkoutRoutes } from './modules/checkout/checkout.routes.ts';
import type { CheckoutServices } from './modules/checkout/checkout-request.ts';
import { confirmPaymentRoute, paymentRoutes } from './modules/checkout/payment/payment.routes.ts';
import { createIdentityHooks, decorateIdentity } from './modules/identity/authenticate.ts';
import { identityRoutes, Session } from './modules/identity/identity.routes.ts';
import { requireStaff } from './modules/identity/staff.ts';
import { OrderDetails, StaffOrderDetails } from './modules/orders/details/order-details.schemas.ts';
import { orderLinkRoutes } from './modules/orders/links/order-links.routes.ts';
import { orderRoutes } from './modules/orders/orders.routes.ts';
import { Order } from './modules/orders/orders.schemas.ts';
import { VERSION } from './version.ts';

const BODY_LIMIT_BYTES = 64 * 1024;
/** Time for a client to send its whole request, so that a slow one does not hold a socket. */
const REQUEST_TIMEOUT_MS = 30_000;
const REQUEST_ID = /^[\w.-]{8,128}$/;

/** Builds the API from its dependencies; reads no environment and opens no port. */
export async function buildApp(dependencies: Dependencies): Promise<App> {
  const { config } = dependencies;
  const limiter = new ConcurrencyLimiter(config.http.maxConcurrentRequests);
  const app: App = fastify({
    logger: loggerOptions(config.logLevel, dependencies.logStream),
    serverFactory: limiter.createServer,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: [...config.http.trustProxy],
    routerOptions: { maxParamLength: MAX_PATH_PART_LENGTH },
    rewriteUrl: rewriteTarget,
    logController: new AccessLog(),
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    // Requests accepted before a stop get their response; only new connections are refused.
    return503OnClosing: false,
    schemaController: sharedSerializers,
    frameworkErrors: sendFrameworkError,
    clientErrorHandler: (error, socket) => refuseUnreadable(error, socket, app.log),
  }).withTypeProvider<TypeBoxTypeProvider>();

  const context = createContext(dependencies, app.log);
  endStreams(app, context.cart.hub, context.stopping);
  addProblemDetails(app);
  addValidation(app);
  addJsonBody(app);
  await addSecurity(app, context);
  await addRateLimit(app);
  await addDocumentation(app, VERSION);
  asyncApiRoutes(app, VERSION);
  addMetrics(app, context.metrics.registry, limiter);
  addDatabase(app, context);
  decorateIdentity(app);
  const problems = [documentedProblemSchema(PROBLEM_CODES), ...detailedProblemSchemas];
  for (const schema of [
    ...problems,
    Session,
    Product,
    Cart,
    Order,
    OrderDetails,
    StaffOrderDetails,
  ])
    app.addSchema(schema);
  // Callback style: a promise for each request is most of the cost of a hook.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  addHeaderRules(app);
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // A kept-alive connection would keep the process from ending.
    if (context.stopping.aborted) reply.header('connection', 'close');
    done();
  });

  await app.register((scope: App) => operationsRoutes(scope, context));
  await app.register((scope: App) => apiRoutes(scope, context), { prefix: '/api/v1' });
  await app.ready();
  connectPayments(app, context);
  return app;
}

/** Ends the event streams, which have no end of their own. */
function endStreams(app: App, hub: CartEventHub, stopping: AbortSignal): void {
  // At once: clients reconnect elsewhere while earlier requests are still running.
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
  addHeaderTextRule(app);
  const identity = { ...context, onGuestReturned: keepCart(context.buckets) };
  await app.register((scope: App) => identityRoutes(scope, identity));
  await app.register((scope: App) => catalogRoutes(scope, context.config.shop.currency));
  await app.register((scope: App) =>
    orderLinkRoutes(scope, {
      keys: context.orderLinkKeys,
      buckets: context.buckets,
      requestsPerMinute: context.config.http.rateLimit.findOrder,
    }),
  );
  const checkout = checkoutServices(context);
  const readBuckets = (database: RequestDatabase) => context.buckets.read(database);
  await app.register(async (scope: App) => paymentRoutes(scope, checkout, readBuckets));
  await app.register((scope: App) => customerRoutes(scope, context, checkout));
}

/** A provider in this process sends its webhooks by the same way as others. */
function connectPayments(app: App, { payments }: Context): void {
  payments.connect?.(async ({ body, headers }) => {
    const url = `/api/v1/payments/webhooks/${payments.name}`;
    await app.inject({
      method: 'POST',
      url,
      payload: body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  });
}

/** Everything that belongs to one customer: needs an authenticated caller and limits their rate. */
async function customerRoutes(
  app: App,
  context: Context,
  checkout: CheckoutServices,
): Promise<void> {
  const { perCustomer } = context.config.http.rateLimit;
  const { authenticate, requireOwner } = createIdentityHooks({
    ...context,
    onGuestReturned: keepCart(context.buckets),
  });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'private, no-store');
    done();
  });
  app.addHook('onRequest', authenticate);
  limitRate(app, perCustomer, (request) => request.customer?.customerId ?? request.ip);
  // Callback style, and no promise once it is known: all requests of customers pass here.
  app.addHook('preHandler', (request, _reply, done) => {
    if (context.buckets.isRead) done();
    else context.buckets.read(request.database).then(() => done(), done);
  });
  app.addHook('onRoute', ({ schema }) => {
    if (schema) schema.security = [{ bearer: [] }, { session: [] }];
  });
  await app.register(async (scope: App) => {
    scope.addHook('preHandler', requireOwner);
    cartRoutes(scope, context.cart, context.tokens);
    checkoutRoutes(scope, checkout);
  });
  const { identity } = context.config;
  await app.register((scope: App) => orderRoutes(scope, { ...checkout, identity }));
  await app.register(async (scope: App) => confirmPaymentRoute(scope, checkout, identity));
  await app.register(async (scope: App) => {
    scope.addHook('onRequest', requireStaff);
    await staffOrderRoutes(scope, checkout);
  });
}

const checkoutServices = ({
  config,
  payments,
  metrics,
  cart,
  orders,
  pricing,
}: Context): CheckoutServices => ({
  shop: config.shop,
  pricing,
  payments,
  paymentTimeoutMs: config.payment.timeoutMs,
  paymentHoldSeconds: config.payment.holdSeconds,
  orders,
  readCart: (database, customerId) => cart.reader.read(database, customerId),
  forgetCart: (customerId) => cart.cache.forgetCart(customerId),
  hub: cart.hub,
  metrics: metrics.checkout,
});
