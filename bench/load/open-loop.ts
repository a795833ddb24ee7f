// Open-loop load: requests arrive at a given rate, whether responses come or not.

import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../measure/statistics.ts';
import { type Answer, Connection } from './http-connection.ts';
import type { LoadResult } from './load-result.ts';

export interface Request {
  readonly kind: string;
  readonly text: string;
}

export interface OpenLoop {
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
  /** Requests that may wait for a free connection; further ones are counted as unsent. */
  readonly maxWaiting: number;
  readonly next: () => Request;
  /** Called when the last request has arrived, before those in flight have ended. */
  readonly stopped?: () => void;
}

export interface OpenLoopResult extends LoadResult {
  /** Responses by kind of request and status; 0 stands for a broken connection. */
  readonly answers: Readonly<Record<string, number>>;
  /** Refusals (429, 503) without Retry-After. */
  readonly withoutRetryAfter: number;
  /** Requests that were due and not sent. */
  readonly unsent: number;
  /** Responses that are neither errors nor refusals, by second. */
  readonly goodEachSecond: readonly number[];
}

interface Due {
  readonly at: number;
  readonly request: Request;
}

const TICK_MS = 1;
const MAX_DRAIN_MS = 15_000;
const MAX_CONNECTING = 200;
const REFUSALS = new Set([429, 503]);

export async function runOpenLoop(load: OpenLoop): Promise<OpenLoopResult> {
  const run = new OpenLoopRun(load);
  await run.connect();
  const before = process.cpuUsage();
  await run.run();
  const { user, system } = process.cpuUsage(before);
  run.close();
  return run.result((user + system) / 1e6);
}

class OpenLoopRun {
  readonly #load: OpenLoop;
  readonly #connections = new Set<Connection>();
  #idle: Connection[] = [];
  #waiting: Due[] = [];
  #inFlight = 0;
  #unsent = 0;
  #withoutRetryAfter = 0;
  #isClosing = false;
  #start = 0;
  readonly #times: number[] = [];
  readonly #answers = new Map<string, number>();
  readonly #goodEachSecond: number[] = [];

  constructor(load: OpenLoop) {
    this.#load = load;
  }

  async connect(): Promise<void> {
    const { connections } = this.#load;
    for (let opened = 0; opened < connections; opened += MAX_CONNECTING) {
      const some = Math.min(MAX_CONNECTING, connections - opened);
      await Promise.all(Array.from({ length: some }, () => this.#open()));
    }
  }

  #open(): Promise<void> {
    const url = new URL(this.#load.url);
    return new Promise((ready) => {
      const connection: Connection = new Connection(
        url,
        () => {
          this.#connections.add(connection);
          this.#release(connection);
          ready();
        },
        () => this.#reopen(connection, ready),
      );
    });
  }

  #reopen(connection: Connection, ready: () => void): void {
    this.#connections.delete(connection);
    this.#idle = this.#idle.filter((each) => each !== connection);
    ready();
    if (!this.#isClosing) setTimeout(() => void this.#open(), 10).unref();
  }

  async run(): Promise<void> {
    const { perSecond, seconds } = this.#load;
    this.#start = performance.now();
    const all = perSecond * seconds;
    for (let begun = 0; begun < all; ) {
      const elapsed = performance.now() - this.#start;
      for (; begun < Math.min(all, (elapsed * perSecond) / 1000); begun += 1)
        this.#arrive(this.#start + (begun * 1000) / perSecond);
      await sleep(TICK_MS);
    }
    this.#load.stopped?.();
    const deadline = performance.now() + MAX_DRAIN_MS;
    while (this.#inFlight + this.#waiting.length > 0 && performance.now() < deadline)
      await sleep(TICK_MS);
  }

  #arrive(at: number): void {
    if (this.#idle.length === 0 && this.#waiting.length >= this.#load.maxWaiting) {
      this.#unsent += 1;
      return;
    }
    const due = { at, request: this.#load.next() };
    const connection = this.#idle.pop();
    if (connection) this.#send(connection, due);
    else this.#waiting.push(due);
  }

  #send(connection: Connection, { at, request }: Due): void {
    this.#inFlight += 1;
    connection.send(request.text, (answer) => {
      this.#inFlight -= 1;
      this.#count(request.kind, at, answer);
      if (answer) this.#release(connection);
    });
  }

  #release(connection: Connection): void {
    const due = this.#waiting.shift();
    if (due) this.#send(connection, due);
    else this.#idle.push(connection);
  }

  #count(kind: string, at: number, answer: Answer | undefined): void {
    const now = performance.now();
    const status = answer?.status ?? 0;
    const key = `${kind} ${status}`;
    this.#answers.set(key, (this.#answers.get(key) ?? 0) + 1);
    if (REFUSALS.has(status) && !answer?.hasRetryAfter) this.#withoutRetryAfter += 1;
    if (status < 200 || status >= 400) return;
    this.#times.push(now - at);
    const second = Math.floor((now - this.#start) / 1000);
    this.#goodEachSecond[second] = (this.#goodEachSecond[second] ?? 0) + 1;
  }

  close(): void {
    this.#isClosing = true;
    for (const connection of this.#connections) connection.close();
  }

  result(loadSeconds: number): OpenLoopResult {
    const sorted = Float64Array.from(this.#times).sort();
    const count = [...this.#answers.values()].reduce((sum, each) => sum + each, 0);
    const unanswered = this.#inFlight + this.#waiting.length;
    return {
      count,
      errors: count - sorted.length + unanswered,
      perSecond: sorted.length / this.#load.seconds,
      p50Ms: percentile(sorted, 0.5),
      p95Ms: percentile(sorted, 0.95),
      p99Ms: percentile(sorted, 0.99),
      loadSeconds,
      answers: Object.fromEntries(this.#answers),
      withoutRetryAfter: this.#withoutRetryAfter,
      unsent: this.#unsent,
      goodEachSecond: Array.from(this.#goodEachSecond, (each) => each ?? 0),
    };
  }
}
