import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FastifyHttpOptions, FastifyServerFactoryHandler } from 'fastify';
import { problemAnswer } from './answer.ts';
import { overloaded } from './errors.ts';

/** What tells whether this process should live, or get traffic, has to be answered in an overload as well. */
const ALWAYS = /^\/(livez|readyz|metrics|health)(\?|$)/;

/**
 * Lets so many requests be answered at once, and turns others away before anything is done for them. A
 * process that takes on more than it can do answers all of them late, and in the end none in time: then
 * the database seems gone because nobody has looked at its answer for too long.
 */
export class Admission {
  readonly #most: number;
  readonly #running = new Set<IncomingMessage>();
  /** Hears of each request that was turned away. */
  onRefused: (method: string) => void = () => {};

  /** @param most requests at once; 0 is no limit */
  constructor(most: number) {
    this.#most = most === 0 ? Number.POSITIVE_INFINITY : most;
  }

  /** A server that asks here before it hands a request to Fastify. */
  readonly createServer = (
    handler: FastifyServerFactoryHandler,
    { keepAliveTimeout, requestTimeout, connectionTimeout }: ServerTimeouts,
  ): Server => {
    const server = createServer((request, response) => {
      if (this.#admits(request, response)) handler(request, response);
      else this.#refuse(request, response);
    });
    server.keepAliveTimeout = keepAliveTimeout ?? server.keepAliveTimeout;
    server.requestTimeout = requestTimeout ?? server.requestTimeout;
    server.setTimeout(connectionTimeout ?? 0);
    return server;
  };

  /** Requests that are being answered. */
  get running(): number {
    return this.#running.size;
  }

  /** The request goes on without being counted: a stream takes nothing while nothing happens. */
  release(request: IncomingMessage): void {
    this.#running.delete(request);
  }

  #admits(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#running.size >= this.#most && !ALWAYS.test(request.url ?? '')) return false;
    this.#running.add(request);
    response.once('close', () => this.#running.delete(request));
    return true;
  }

  #refuse({ method = 'GET' }: IncomingMessage, response: ServerResponse): void {
    this.onRefused(method);
    const requestId = randomUUID();
    const { status, headers, body } = problemAnswer(overloaded(), requestId);
    response
      .writeHead(status, {
        ...headers,
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
        'x-request-id': requestId,
      })
      .end(body);
  }
}

type ServerTimeouts = Pick<
  FastifyHttpOptions<Server>,
  'keepAliveTimeout' | 'requestTimeout' | 'connectionTimeout'
>;
