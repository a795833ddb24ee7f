import { randomUUID } from 'node:crypto';
import { createServer, IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FastifyHttpOptions, FastifyServerFactoryHandler } from 'fastify';
import { isProbe } from './probes/probe-paths.ts';
import { overloaded } from './problem.ts';

/** So long a request waits for its turn. Of so many connections a third can then be refused in a second. */
const MAX_WAIT_MS = 3000;
const EXPIRY_CHECK_MS = 100;
/** About 10 kB each. */
const MAX_WAITING = 10_000;

/** What is known of a request here. A Set of those that run would make all of them old for V8 (decision 026). */
class Arrived extends IncomingMessage {
  isRunning = false;
  waitedMs = 0;
}

interface Arrival {
  readonly request: Arrived;
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
 * The newest goes first: its client is the least likely to give up. Oldest first would serve each request when
 * its client is about to give up.
 */
export class ConcurrencyLimiter {
  readonly #most: number;
  #running = 0;
  /** The oldest first. */
  #waiting: Arrival[] = [];
  #clock: NodeJS.Timeout | undefined;
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
    const server = createServer({ IncomingMessage: Arrived }, (request, response) => {
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
    return this.#running;
  }

  /** How long the request waited here, before Fastify began to count. */
  waitedMs(request: IncomingMessage): number {
    return request instanceof Arrived ? request.waitedMs : 0;
  }

  /** The request goes on without being counted: a stream takes nothing while nothing happens. */
  release(request: IncomingMessage): void {
    if (!(request instanceof Arrived && request.isRunning)) return;
    request.isRunning = false;
    this.#running -= 1;
    this.#next();
  }

  #arrive(arrival: Arrival): void {
    if (this.#running < this.#most || isProbe(arrival.request.url ?? '')) {
      this.#run(arrival);
    } else if (this.#waiting.length < MAX_WAITING) {
      this.#waiting.push(arrival);
      this.#clock ??= setInterval(() => this.#turnAway(), EXPIRY_CHECK_MS).unref();
    } else this.#refuse(arrival);
  }

  #run({ request, response, run }: Arrival): void {
    request.isRunning = true;
    this.#running += 1;
    response.once('close', () => this.release(request));
    run();
  }

  #next(): void {
    while (this.#running < this.#most) {
      const newest = this.#waiting.pop();
      if (!newest) return;
      // Its client may have gone.
      if (newest.request.socket.destroyed) continue;
      newest.request.waitedMs = performance.now() - newest.at;
      this.#run(newest);
    }
  }

  #turnAway(): void {
    const since = performance.now() - MAX_WAIT_MS;
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
