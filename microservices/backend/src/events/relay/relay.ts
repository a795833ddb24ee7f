import type { EventsConfig } from '../../config/config.ts';
import type { RequestDatabase } from '../../db/connection.ts';
import type { EventMetrics } from '../events.metrics.ts';
import type { Sink } from '../sinks/sink.ts';
import { Courier } from './courier.ts';
import { Loop } from './loop.ts';
import { routeEvents } from './router.ts';

interface Options {
  readonly database: RequestDatabase;
  readonly buckets: readonly number[];
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
    this.#workers = options.buckets.flatMap((bucket) => workersOf(options, bucket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()));
  }
}

function workersOf(
  { database, sinks, config, metrics }: Options,
  bucket: number,
): AsyncDisposable[] {
  const couriers = sinks.map((sink) => new Courier({ database, bucket, sink, config, metrics }));
  const names = sinks.map(({ name }) => name);
  const step = async () => {
    const { routed, hasMore } = await routeEvents(database, bucket, names);
    if (routed > 0) for (const courier of couriers) courier.hurry();
    return hasMore;
  };
  const failure = 'cannot read new events; trying again';
  const router = new Loop(step, { pollMs: config.pollMs, log: database.log, failure });
  return [router, ...couriers];
}
