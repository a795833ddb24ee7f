// Serves the built storefront and proxies the API on one origin, as nginx does in production.

import { randomUUID } from 'node:crypto';
import { sep } from 'node:path';
import { type FastifyHttpProxyOptions, fastifyHttpProxy } from '@fastify/http-proxy';
import { fastifyStatic } from '@fastify/static';
import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  type RawServerBase,
  type RouteGenericInterface,
} from 'fastify';

export interface StorefrontOptions {
  /** The frontend's build. */
  readonly directory: string;
  readonly backendUrl: string;
}

const BACKEND_PREFIXES = ['/api', '/health', '/docs', '/openapi.json'];
/** Only for the response headers: event streams can be silent for a long time. */
const HEADERS_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 2_000;
const RETRY_AFTER_SECONDS = 1;

export async function buildStorefront(options: StorefrontOptions): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: 'idle' });
  // Close would wait for requests in flight, and an event stream never ends by itself.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS).unref();
  });
  for (const prefix of BACKEND_PREFIXES) {
    await app.register(fastifyHttpProxy, proxyTo(prefix, options.backendUrl));
  }
  await app.register(fastifyStatic, {
    root: options.directory,
    cacheControl: false,
    setHeaders: (response, path) => {
      response.setHeader('cache-control', cacheControlOf(path));
    },
  });
  app.setNotFoundHandler((request, reply) => {
    if (isClientRoute(request)) return reply.sendFile('index.html');
    return reply.code(404).type('text/plain').send('Not found.\n');
  });
  return app;
}

/** File names under assets/ contain a hash of the content; all others may change with the next build. */
function cacheControlOf(path: string): string {
  if (path.includes(`${sep}assets${sep}`)) return 'public, max-age=31536000, immutable';
  return path.endsWith('.html') ? 'no-store' : 'public, max-age=300';
}

/** Paths that the storefront's router handles in the browser. */
function isClientRoute({ method, headers, url }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const path = url.replace(/[?#].*$/, '');
  return headers.accept?.includes('text/html') === true || !/\.\w+$/.test(path);
}

function proxyTo(prefix: string, upstream: string): FastifyHttpProxyOptions {
  return {
    prefix,
    upstream,
    rewritePrefix: prefix,
    undici: { bodyTimeout: 0, headersTimeout: HEADERS_TIMEOUT_MS },
    // The storefront retries by itself, and knows which requests are safe to repeat.
    retryMethods: [],
    replyOptions: {
      rewriteRequestHeaders: ({ ip, host }, headers) => ({
        ...headers,
        'x-forwarded-for': ip,
        'x-forwarded-host': host,
        'x-forwarded-proto': 'http',
      }),
      onError: answerUnavailable,
    },
  };
}

/** The problem document that the backend would send. */
function answerUnavailable(reply: FastifyReply<RouteGenericInterface, RawServerBase>): void {
  const problem = {
    type: 'urn:carthub:problem:backend-unavailable',
    title: 'Service Unavailable',
    status: 503,
    detail: 'The shop cannot be reached right now. Try again shortly.',
    code: 'backend-unavailable',
    request_id: randomUUID(),
  };
  reply
    .code(problem.status)
    .headers({ 'retry-after': RETRY_AFTER_SECONDS, 'cache-control': 'no-store' })
    .type('application/problem+json')
    // A buffer: Fastify adds a charset to strings, and JSON has none.
    .send(Buffer.from(JSON.stringify(problem)));
}
