import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { App, Context } from '../context.ts';

/** Security headers, CORS for the configured origins, and the parser of the session cookie. */
export async function addSecurity(app: App, { config }: Context): Promise<void> {
  // A cookie travels with forms of other sites. JSON alone makes such a request a preflighted one.
  app.removeContentTypeParser('text/plain');
  await app.register(cookie);
  await app.register(helmet, { contentSecurityPolicy: false });
  await app.register(cors, {
    origin: [...config.http.corsOrigins],
    credentials: true,
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: ['ETag', 'Idempotency-Replayed', 'Location', 'Retry-After', 'X-Request-Id'],
    maxAge: 600,
  });
}
