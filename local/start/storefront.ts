// Serves the built storefront and passes the API on, on one origin: what nginx does in production.

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
  /** Where the frontend's build is. */
  readonly directory: string;
  readonly backendUrl: string;
}

const BACKEND_PREFIXES = ['/api', '/health', '/docs', '/openapi.json'];
/** Streams of events are silent for long; only the beginning of an answer must come in time. */
const ANSWER_WITHIN_MS = 60_000;
const FINISH_WITHIN_MS = 2_000;
const RETRY_AFTER_SECONDS = 1;

export async function buildStorefront(options: StorefrontOptions): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: 'idle' });
  // Before it waits for what is still being answered: a stream of events would never end.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), FINISH_WITHIN_MS).unref();
  });
  for (const prefix of BACKEND_PREFIXES) {
    await app.register(fastifyHttpProxy, passOn(prefix, options.backendUrl));
  }
  await app.register(fastifyStatic, {
    root: options.directory,
    cacheControl: false,
    setHeaders: (response, path) => {
      response.setHeader('cache-control', cachingOf(path));
    },
  });
  app.setNotFoundHandler((request, reply) => {
    if (isPage(request)) return reply.sendFile('index.html');
    return reply.code(404).type('text/plain').send('There is nothing at this address.\n');
  });
  return app;
}

/** Names under assets/ hold a hash of the content; everything else may change with the next build. */
function cachingOf(path: string): string {
  if (path.includes(`${sep}assets${sep}`)) return 'public, max-age=31536000, immutable';
  return path.endsWith('.html') ? 'no-store' : 'public, max-age=300';
}

/** The storefront's own addresses, which exist in the browser alone. */
function isPage({ method, headers, url }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const path = url.replace(/[?#].*$/, '');
  return headers.accept?.includes('text/html') === true || !/\.\w+$/.test(path);
}

function passOn(prefix: string, upstream: string): FastifyHttpProxyOptions {
  return {
    prefix,
    upstream,
    rewritePrefix: prefix,
    undici: { bodyTimeout: 0, headersTimeout: ANSWER_WITHIN_MS },
    // The shopper learns of a failure at once; the storefront knows what is safe to repeat.
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

/** As the backend itself answers what goes wrong, but it can not. */
function answerUnavailable(reply: FastifyReply<RouteGenericInterface, RawServerBase>): void {
  const problem = {
    type: 'urn:carthub:problem:backend-unavailable',
    title: 'Service Unavailable',
    status: 503,
    detail: 'The shop can not be reached right now. Try again shortly.',
    code: 'backend-unavailable',
    request_id: randomUUID(),
  };
  reply
    .code(problem.status)
    .headers({ 'retry-after': RETRY_AFTER_SECONDS, 'cache-control': 'no-store' })
    .type('application/problem+json')
    // Bytes, because to text Fastify would add a charset, which JSON has not.
    .send(Buffer.from(JSON.stringify(problem)));
}
