import { randomUUID } from 'node:crypto';
import { createServer, IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FastifyHttpOptions, FastifyServerFactoryHandler } from 'fastify';
import { openResponse } from './open-response.ts';
import { isProbe } from './probes/probe-paths.ts';
import { overloaded } from './problem.ts';

/** Longest wait of a request. Refused clients retry no faster, so at most a third of them is refused per second. */
const MAX_WAIT_MS = 3000;
const EXPIRY_CHECK_MS = 100;
/** About 10 kB each. */
const MAX_WAITING = 10_000;
/** More than nginx passes on (nginx.conf.template), which takes 32 kB of cookies. */
const MAX_HEADER_BYTES = 96 * 1024;

/** A request with its state here. A Set of the running ones would make all of them old for V8 (decision 026). */
class Arrived extends IncomingMessage {
  isRunning = false;
  waitedMs = 0;
  /** Set by Fastify where the target is rewritten. */
  originalUrl = '';
}

const SERVER_OPTIONS = {
  IncomingMessage: Arrived,
  maxHeaderSize: MAX_HEADER_BYTES,
  // Checked by addHeaderRules: Node.js would refuse the request without a body.
  requireHostHeader: false,
  /** How often slow requests are looked for. */
  connectionsCheckingInterval: 1000,
};

interface Arrival {
  readonly request: Arrived;
  readonly response: ServerResponse;
  readonly run: () => void;
  readonly at: number;
}

/**
 * Load shedding with a LIFO queue. Requests above the concurrency limit wait up to 3 s, newest first, then get
 * 503. Without a limit, an overloaded process answers every request late. Refusing at once would keep it as
 * busy: a refusal costs half of an answer, and the client soon retries.
 *
 * The newest goes first: its client is the least likely to give up. Oldest first would serve each request when
 * its client is about to give up.
 */
export class ConcurrencyLimiter {
  readonly #maxRunning: number;
  #running = 0;
  /** The oldest first. */
  #waiting: Arrival[] = [];
  #clock: NodeJS.Timeout | undefined;
  /** Called for each refused request with the time that it waited. */
  onRefused: (method: string, waitedMs: number) => void = () => {};

  /** @param maxRunning 0 is no limit */
  constructor(maxRunning: number) {
    this.#maxRunning = maxRunning === 0 ? Number.POSITIVE_INFINITY : maxRunning;
  }

  /** A server that passes each request to Fastify when the limiter admits it. */
  readonly createServer = (
    handler: FastifyServerFactoryHandler,
    { keepAliveTimeout, requestTimeout, connectionTimeout }: ServerTimeouts,
  ): Server => {
    const arrive = (request: Arrived, response: ServerResponse) => {
      const run = () => handler(request, response);
      this.#arrive({ request, response, run, at: performance.now() });
    };
    const server = createServer(SERVER_OPTIONS, arrive);
    // Expectations besides 100-continue may be ignored (RFC 9110); Node.js would refuse them without a body.
    server.on('checkExpectation', arrive);
    // Without a listener, Node.js closes the connection without a response.
    server.on('connect', ({ socket }: IncomingMessage) => {
      server.emit('clientError', new Error('CONNECT is for proxies'), socket);
    });
    // Node.js would drop headers above its limit, and with them preconditions; maxHeaderSize is limit enough.
    server.maxHeadersCount = 0;
    // A client may close its half of the connection after the request and wait for the response. Mostly it has
    // gone, so its request does not count any more.
    Object.assign(server, { httpAllowHalfOpen: true });
    server.on('connection', (socket) =>
      socket.once('end', () => {
        const response = openResponse(socket);
        if (response) this.release(response.req);
      }),
    );
    server.keepAliveTimeout = keepAliveTimeout ?? server.keepAliveTimeout;
    server.requestTimeout = requestTimeout ?? server.requestTimeout;
    // Node.js would swap the two if this were the longer one.
    server.headersTimeout = server.requestTimeout;
    server.setTimeout(connectionTimeout ?? 0);
    return server;
  };

  /** Requests that run now. */
  get running(): number {
    return this.#running;
  }

  /** How long the request waited here, before Fastify began to count. */
  waitedMs(request: IncomingMessage): number {
    return request instanceof Arrived ? request.waitedMs : 0;
  }

  /** Stops counting a request that is still running: an idle stream costs nothing. */
  release(request: IncomingMessage): void {
    if (!(request instanceof Arrived && request.isRunning)) return;
    request.isRunning = false;
    this.#running -= 1;
    this.#next();
  }

  #arrive(arrival: Arrival): void {
    if (this.#running < this.#maxRunning || isProbe(arrival.request.url ?? '')) {
      this.#run(arrival);
    } else if (this.#waiting.length < MAX_WAITING) {
      this.#waiting.push(arrival);
      this.#clock ??= setInterval(() => this.#refuseExpired(), EXPIRY_CHECK_MS).unref();
    } else this.#refuse(arrival);
  }

  #run({ request, response, run }: Arrival): void {
    request.isRunning = true;
    this.#running += 1;
    response.once('close', () => this.release(request));
    run();
  }

  #next(): void {
    while (this.#running < this.#maxRunning) {
      const newest = this.#waiting.pop();
      if (!newest) return;
      const { socket } = newest.request;
      // Its client has gone, or may have: one that only waits for the response looks the same.
      if (socket.destroyed || socket.readableEnded) {
        this.#refuse(newest);
        continue;
      }
      newest.request.waitedMs = performance.now() - newest.at;
      this.#run(newest);
    }
  }

  #refuseExpired(): void {
    const since = performance.now() - MAX_WAIT_MS;
    const patient = this.#waiting.findIndex(({ at }) => at > since);
    const expired = this.#waiting.splice(0, patient === -1 ? this.#waiting.length : patient);
    for (const arrival of expired) this.#refuse(arrival);
    if (this.#waiting.length > 0) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
  }

  #refuse({ request, response, at }: Arrival): void {
    this.onRefused(request.method ?? 'GET', performance.now() - at);
    const requestId = randomUUID();
    const body = JSON.stringify(OVERLOADED.body(requestId));
    response
      .writeHead(OVERLOADED.status, {
        'content-type': 'application/problem+json',
        'content-length': String(Buffer.byteLength(body)),
        'retry-after': String(OVERLOADED.retryAfterSeconds),
        'cache-control': 'no-store',
        'x-request-id': requestId,
      })
      .end(body);
  }
}

/** Created once: capturing a stack trace costs more than the rest of the response. */
const OVERLOADED = overloaded();

type ServerTimeouts = Pick<
  FastifyHttpOptions<Server>,
  'keepAliveTimeout' | 'requestTimeout' | 'connectionTimeout'
>;
