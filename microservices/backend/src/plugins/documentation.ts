import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { App } from '../context.ts';

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
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) =>
        String(schema.$id ?? `def-${index}`),
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
