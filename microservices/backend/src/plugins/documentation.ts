import swagger, { type SwaggerTransform } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { Type } from 'typebox';
import type { App } from '../context.ts';

const IDEMPOTENCY_KEY = Type.String({
  description:
    'The caller’s name for this change. The same request with the same key is done once and answered ' +
    'the same, with `Idempotency-Replayed: true`; kept for at least a day.',
  minLength: 1,
  maxLength: 255,
});
const IF_MATCH = Type.String({
  description: 'Entity tags of the cart that the change is meant for; 412 for any other',
});
const CHANGES_CART = /\/cart\/(items|:customer_id)/;

/**
 * The headers that every change of a customer takes. They are only documented: to have each request's
 * headers validated would cost those that send none.
 */
function withHeaders({ url, schema, route }: Parameters<SwaggerTransform>[0]) {
  const isChange = route.method !== 'GET' && route.method !== 'HEAD';
  if (!isChange || !schema?.security) return { url, schema };
  const headers = Type.Object({
    'idempotency-key': Type.Optional(IDEMPOTENCY_KEY),
    ...(CHANGES_CART.test(url) ? { 'if-match': Type.Optional(IF_MATCH) } : {}),
  });
  return { url, schema: { ...schema, headers } };
}

/** The OpenAPI document at /openapi.json, written from the routes' schemas, and its pages at /docs. */
export async function addDocumentation(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Carthub',
        version,
        description: 'Catalogue, carts, checkout and orders of a shop.',
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
    transform: withHeaders,
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) =>
        String(schema.$id ?? `def-${index}`),
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
