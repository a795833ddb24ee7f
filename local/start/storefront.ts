// Serves the built storefront and proxies the API on one origin, as nginx does in production.

import { sep } from 'node:path';
import { type FastifyHttpProxyOptions, fastifyHttpProxy } from '@fastify/http-proxy';
import { fastifyStatic } from '@fastify/static';
import { type FastifyError, type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { refuseUnreadable, sendProblem, writeProblem } from './problems.ts';
import { addressOf, BACKEND_PREFIXES, proxiedHeaders } from './proxied-requests.ts';

export interface StorefrontOptions {
  /** The frontend's build. */
  readonly directory: string;
  readonly backendUrl: string;
  /** Hosts besides this one whose pictures pages may show. */
  readonly pictureHosts: readonly string[];
}

/** Only for the response headers: event streams can be silent for a long time. */
const HEADERS_TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** More than any browser sends: the page always loads, and tells when the backend refuses its requests. */
const MAX_HEADER_BYTES = 1024 * 1024;

export async function buildStorefront(options: StorefrontOptions): Promise<FastifyInstance> {
  const app = fastify({
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    rewriteUrl: addressOf,
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (_error, _request, { raw }) => writeProblem(raw, 'malformed-request'),
  });
  // Node.js would refuse every expectation but 100-continue; RFC 9110 allows to ignore them.
  app.server.on('checkExpectation', (...exchange) => app.server.emit('request', ...exchange));
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
      response.setHeader('content-security-policy', contentSecurityPolicy(options.pictureHosts));
    },
  });
  // An address that no file can have, such as one with %00.
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const isOfBackend = BACKEND_PREFIXES.some((prefix) => request.url.startsWith(prefix));
    if (isOfBackend || error.statusCode !== 400 || !isClientRoute(request)) throw error;
    return reply.code(200).sendFile('index.html');
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

/** Paths that the storefront's router handles in the browser. An id may look like the name of a file. */
function isClientRoute({ method, headers, url }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const path = url.replace(/[?#].*$/, '');
  if (/^\/(?:products|orders)\//.test(path)) return true;
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
      rewriteRequestHeaders: proxiedHeaders,
      // About the connection to the backend, not about the client's.
      rewriteHeaders: ({ connection: _, 'keep-alive': _keepAlive, ...headers }) => headers,
      onError: (reply) => void sendProblem(reply, 'backend-unavailable'),
    },
  };
}
