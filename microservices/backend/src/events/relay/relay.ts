import { Loop } from '../../background/loop.ts';
import type { EventsConfig } from '../../config/config.ts';
import type { RequestDatabase } from '../../db/connection.ts';
import type { EventMetrics } from '../events.metrics.ts';
import type { Sink } from '../sinks/sink.ts';
import { Courier } from './courier.ts';
import { routeEvents } from './router.ts';

interface Options {
  readonly database: RequestDatabase;
  readonly sinks: readonly Sink[];
  readonly config: EventsConfig;
  readonly metrics: EventMetrics;
}

/**
 * Delivers the outbox to the sinks: each event at least once, those of an aggregate in order. A failed delivery holds
 * back later ones of its aggregate for its sink only. Any number of processes may do the same.
 */
export class Relay implements AsyncDisposable {
  readonly #workers: readonly AsyncDisposable[];

  constructor(options: Options) {
    const buckets = Array.from({ length: options.database.buckets.count }, (_, bucket) => bucket);
    this.#workers = buckets.flatMap((bucket) => workersOf(options, bucket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()));
  }
}

function workersOf(
  { database, sinks, config, metrics }: Options,
  bucket: number,
): AsyncDisposable[] {
  // A receiver gets no more at once because the database has many buckets.
  const concurrency = Math.max(1, Math.floor(config.concurrency / database.buckets.count));
  const couriers = sinks.map(
    (sink) => new Courier({ database, bucket, sink, config: { ...config, concurrency }, metrics }),
  );
  const step = async () => {
    const { routed, hasMore } = await routeEvents(database, bucket, sinks);
    if (routed > 0) for (const courier of couriers) courier.hurry();
    return hasMore;
  };
  const failure = 'cannot read new events; trying again';
  const router = new Loop(step, { pollMs: config.pollMs, log: database.log, failure });
  return [router, ...couriers];
}
