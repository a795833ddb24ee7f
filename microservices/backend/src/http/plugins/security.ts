import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from 'helmet';
import type { Config } from '../../config/config.ts';
import type { App } from '../app.ts';

/** Security headers, CORS for the configured origins, and the parser of the session cookie. */
export async function addSecurity(
  app: App,
  { config }: { readonly config: Pick<Config, 'http'> },
): Promise<void> {
  // A cookie travels with forms of other sites. JSON alone makes such a request a preflighted one.
  app.removeContentTypeParser('text/plain');
  await app.register(cookie);
  const headers = securityHeaders();
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  await app.register(cors, {
    origin: [...config.http.corsOrigins],
    credentials: true,
    // Otherwise an OPTIONS request that is no preflight request gets a plain-text 400.
    strictPreflight: false,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['ETag', 'Idempotency-Replayed', 'Location', 'Retry-After', 'X-Request-Id'],
    maxAge: 600,
  });
}

/**
 * helmet's headers. They are the same for each answer, so it is asked once: setting them one by one on the
 * response, before Fastify sets its own, was a tenth of the time of a read.
 */
function securityHeaders(): OutgoingHttpHeaders {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet({ contentSecurityPolicy: false })(request, response, (error) => {
    if (error) throw error;
  });
  return response.getHeaders();
}
