// Serves the built storefront and proxies the API on one origin, as nginx does in production.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { sep } from 'node:path';
import { fastifyStatic } from '@fastify/static';
import { type FastifyError, type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { addInboxPages } from './inbox/inbox-pages.ts';
import type { Mailbox } from './inbox/mailbox.ts';
import { contentSecurityPolicy } from './web/content-security-policy.ts';
import { writeProblem } from './web/problems.ts';
import { isForBackend, pageAddress } from './web/proxied-requests.ts';
import { type BackendProxy, openProxy } from './web/proxy.ts';
import { refuseUnreadable } from './web/unreadable-requests.ts';

export interface StorefrontOptions {
  /** The frontend's build. */
  readonly directory: string;
  readonly backendUrl: string;
  /** Hosts besides this one whose pictures pages may show. */
  readonly pictureHosts: readonly string[];
  /** Whether pages load Stripe.js; @default false */
  readonly hasStripe?: boolean;
  /** Shown at /inbox. @default no such page */
  readonly mailbox?: Mailbox | undefined;
}

const CLOSE_TIMEOUT_MS = 2_000;
/** More than any browser sends: the page always loads, and tells when the backend refuses its requests. */
const MAX_HEADER_BYTES = 1024 * 1024;
/** As long as the backend waits for a request. */
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;

export async function buildStorefront(options: StorefrontOptions): Promise<FastifyInstance> {
  const proxy = openProxy(options.backendUrl);
  const app = fastify({
    forceCloseConnections: 'idle',
    serverFactory: (servePage) => openServer(servePage, proxy),
    rewriteUrl: pageAddress,
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (_error, _request, { raw }) => writeProblem(raw, 'malformed-request'),
  });
  // Close would wait for requests in flight, and an event stream never ends by itself.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS).unref();
  });
  app.addHook('onClose', async () => proxy[Symbol.dispose]());
  await app.register(fastifyStatic, {
    root: options.directory,
    cacheControl: false,
    setHeaders: (response, path) => {
      response.setHeader('cache-control', cacheControlOf(path));
      const policy = contentSecurityPolicy(options.pictureHosts, options.hasStripe);
      response.setHeader('content-security-policy', policy);
    },
  });
  if (options.mailbox) addInboxPages(app, options.mailbox);
  // An address that no file can have, such as one with %00.
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode >= 500) throw error;
    if (isClientRoute(request)) return reply.code(200).sendFile('index.html');
    reply.hijack();
    writeProblem(reply.raw, 'malformed-request');
    return undefined;
  });
  app.setNotFoundHandler((request, reply) => {
    if (isClientRoute(request)) return reply.sendFile('index.html');
    return reply.code(404).type('text/plain').send('Not found.\n');
  });
  return app;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Requests for the backend skip Fastify, which would refuse some of them in its own way. */
function openServer(servePage: Listener, proxy: BackendProxy): Server {
  const limits = { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_TIMEOUT_MS };
  const serve: Listener = (request, response) => {
    if (!server.listening) response.shouldKeepAlive = false;
    if (isForBackend(request)) proxy.pass(request, response);
    else servePage(request, response);
  };
  // Without a Host the backend refuses the request, with a problem.
  const server = createServer({ ...limits, requireHostHeader: false }, serve);
  // Node.js would swap the two if this were the longer one.
  server.headersTimeout = server.requestTimeout;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  // Node.js would drop headers above its limit, and with them preconditions.
  server.maxHeadersCount = 0;
  // Node.js would refuse every expectation but 100-continue; RFC 9110 allows to ignore them.
  server.on('checkExpectation', serve);
  // Without a listener, Node.js closes the connection without a response.
  server.on('connect', ({ socket }: IncomingMessage) => {
    server.emit('clientError', new Error('CONNECT is for proxies'), socket);
  });
  return server;
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
