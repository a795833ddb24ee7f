import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FastifyHttpOptions, FastifyServerFactoryHandler } from 'fastify';
import { overloaded } from './errors.ts';

/** What tells whether this process should live, or get traffic, has to be answered in an overload as well. */
const ALWAYS = /^\/(livez|readyz|metrics|health)(\?|$)/;

/** So long a request waits for its turn. Of so many connections a third can then be refused in a second. */
const LONGEST_WAIT_MS = 3000;
const LOOKED_AFTER_MS = 100;
/** About 10 kB each. */
const MOST_WAITING = 10_000;

interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly run: () => void;
  readonly at: number;
}

/**
 * Lets so many requests be worked on at once. Others wait, before anything is done for them, and are
 * turned away after some seconds. A process that takes on more than it can do answers all of them late, and in
 * the end none in time. To turn them away at once would keep it as busy: an answer that says no costs half
 * of one that says yes, and the client is soon back.
 *
 * The newest goes first. Whoever has waited for long has the least patience left, so the others would
 * only be served when they are about to give up as well.
 */
export class Admission {
  readonly #most: number;
  readonly #running = new Set<IncomingMessage>();
  /** The oldest first. */
  #waiting: Arrival[] = [];
  #clock: NodeJS.Timeout | undefined;
  readonly #waitedMs = new WeakMap<IncomingMessage, number>();
  /** Hears of each request that was turned away, and after how long. */
  onRefused: (method: string, waitedMs: number) => void = () => {};

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
      const run = () => handler(request, response);
      this.#arrive({ request, response, run, at: performance.now() });
    });
    server.keepAliveTimeout = keepAliveTimeout ?? server.keepAliveTimeout;
    server.requestTimeout = requestTimeout ?? server.requestTimeout;
    server.setTimeout(connectionTimeout ?? 0);
    return server;
  };

  /** Requests that are being worked on. */
  get running(): number {
    return this.#running.size;
  }

  /** How long the request waited here, before Fastify began to count. */
  waitedMs(request: IncomingMessage): number {
    return this.#waitedMs.get(request) ?? 0;
  }

  /** The request goes on without being counted: a stream takes nothing while nothing happens. */
  release(request: IncomingMessage): void {
    if (this.#running.delete(request)) this.#next();
  }

  #arrive(arrival: Arrival): void {
    if (this.#running.size < this.#most || ALWAYS.test(arrival.request.url ?? '')) {
      this.#run(arrival);
    } else if (this.#waiting.length < MOST_WAITING) {
      this.#waiting.push(arrival);
      this.#clock ??= setInterval(() => this.#turnAway(), LOOKED_AFTER_MS).unref();
    } else this.#refuse(arrival);
  }

  #run({ request, response, run }: Arrival): void {
    this.#running.add(request);
    response.once('close', () => this.release(request));
    run();
  }

  #next(): void {
    while (this.#running.size < this.#most) {
      const newest = this.#waiting.pop();
      if (!newest) return;
      // Its client may have gone.
      if (newest.request.socket.destroyed) continue;
      this.#waitedMs.set(newest.request, performance.now() - newest.at);
      this.#run(newest);
    }
  }

  #turnAway(): void {
    const since = performance.now() - LONGEST_WAIT_MS;
    const patient = this.#waiting.findIndex(({ at }) => at > since);
    const tooLong = this.#waiting.splice(0, patient === -1 ? this.#waiting.length : patient);
    for (const arrival of tooLong) this.#refuse(arrival);
    if (this.#waiting.length > 0) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
  }

  #refuse({ request, response, at }: Arrival): void {
    this.onRefused(request.method ?? 'GET', performance.now() - at);
    const requestId = randomUUID();
    const body = JSON.stringify(OVERLOADED.body(requestId));
    response
      .writeHead(OVERLOADED.status, [
        ...['content-type', 'application/problem+json'],
        ...['content-length', String(Buffer.byteLength(body))],
        ...['retry-after', String(OVERLOADED.retryAfterSeconds)],
        ...['cache-control', 'no-store', 'x-request-id', requestId],
      ])
      .end(body);
  }
}

/** Made once: an error looks where it was made, which takes longer than the rest of such an answer. */
const OVERLOADED = overloaded();

type ServerTimeouts = Pick<
  FastifyHttpOptions<Server>,
  'keepAliveTimeout' | 'requestTimeout' | 'connectionTimeout'
>;
