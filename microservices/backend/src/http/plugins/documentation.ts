import swagger from '@fastify/swagger';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { App } from '../app.ts';
import { withChangeHeaders } from './change-headers.ts';
import { withProtocolProblems } from './protocol-problems.ts';

const PAGES = '/docs';
/** Of an answer of the pages; the app sets its own. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'date', 'transfer-encoding']);

/** The OpenAPI document at /openapi.json, written from the routes' schemas, and its pages at /docs. */
export async function addDocumentation(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Carthub',
        version,
        description: 'Catalog, carts, checkout and orders of a shop.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          session: { type: 'apiKey', in: 'cookie', name: 'carthub_session' },
        },
      },
      tags: [
        { name: 'sessions', description: 'Who is calling' },
        { name: 'catalog', description: 'What can be bought' },
        { name: 'cart', description: 'What a customer means to buy' },
        { name: 'checkout', description: 'From a cart to an order' },
        { name: 'orders', description: 'What a customer has bought' },
        { name: 'operations', description: 'For load balancers and people on call' },
      ],
    },
    transform: (route) => {
      const { url, schema } = withChangeHeaders(route);
      return { url, schema: withProtocolProblems(url, schema) };
    },
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) =>
        String(schema.$id ?? `def-${index}`),
    },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  addPages(app);
}

/** Made when somebody opens them: their packages would take a tenth of the start of every process. */
function addPages(app: App): void {
  let pages: Promise<FastifyInstance> | undefined;
  const answer = async ({ url, headers }: FastifyRequest, reply: FastifyReply) => {
    pages ??= createPages(app);
    const page = await (await pages).inject({ method: 'GET', url, headers });
    if (page.statusCode === 404) return reply.callNotFound();
    for (const [name, value] of Object.entries(page.headers))
      if (!OWN_HEADERS.has(name)) reply.header(name, value);
    return reply.code(page.statusCode).send(page.rawPayload);
  };
  for (const url of [PAGES, `${PAGES}/*`]) app.get(url, { schema: { hide: true } }, answer);
}

/** An app by itself, because no plugin may join one that has started. */
async function createPages(app: App): Promise<FastifyInstance> {
  const { default: swaggerUi } = await import('@fastify/swagger-ui');
  const pages = fastify();
  await pages.register(swagger, { openapi: {}, transformObject: () => app.swagger() });
  await pages.register(swaggerUi, { routePrefix: PAGES, staticCSP: true });
  return pages;
}
