import { Counter, Gauge, type Registry } from 'prom-client';
import type { RequestDatabase } from '../db/connection.ts';
import { sharedReading } from '../metrics/shared-reading.ts';
import { countDeliveries, countUnrouted } from './outbox.queries.ts';

export interface EventMetrics {
  attempted(sink: string, result: 'delivered' | 'pending' | 'dead'): void;
}

/** How far the outbox is behind, read from the database when it is asked; every worker tells the same. */
export function createEventMetrics(
  registry: Registry,
  database: RequestDatabase,
  sinks: readonly string[],
): EventMetrics {
  const registers = [registry];
  const readOnce = sharedReading(() => readCounts(database));
  const total = (name: string, help: string, of: (counts: Counts) => number) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const counts = await readOnce();
        if (counts) this.set(of(counts));
      },
    });
  const bySink = (name: string, help: string, of: (counts: SinkCounts) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['sink'],
      registers,
      async collect() {
        const counts = await readOnce();
        if (!counts) return;
        for (const sink of new Set([...sinks, ...counts.sinks.keys()]))
          this.set({ sink }, of(counts.sinks.get(sink) ?? NONE));
      },
    });
  total('carthub_events_unrouted', 'Events that no worker has seen', (counts) => counts.unrouted);
  total(
    'carthub_event_oldest_unrouted_seconds',
    'Age of the oldest event that no worker has seen',
    (counts) => counts.oldestUnroutedSeconds,
  );
  bySink(
    'carthub_event_deliveries_pending',
    'Deliveries that wait or are retried',
    (counts) => counts.pending,
  );
  bySink('carthub_event_dead_letters', 'Deliveries that were given up', (counts) => counts.dead);
  bySink(
    'carthub_event_oldest_pending_seconds',
    'Age of the oldest event that a sink has not got',
    (counts) => counts.oldestSeconds,
  );
  return createAttemptMetrics(registry, sinks);
}

function createAttemptMetrics(registry: Registry, sinks: readonly string[]): EventMetrics {
  const attempts = new Counter({
    name: 'carthub_event_delivery_attempts_total',
    help: 'Attempts to deliver an event, by what became of the delivery',
    labelNames: ['sink', 'result'],
    registers: [registry],
  });
  // Prometheus sees the first increase only of a counter that existed before it.
  for (const sink of sinks)
    for (const result of ['delivered', 'pending', 'dead']) attempts.inc({ sink, result }, 0);
  return { attempted: (sink, result) => attempts.inc({ sink, result }) };
}

interface Counts {
  readonly unrouted: number;
  readonly oldestUnroutedSeconds: number;
  readonly sinks: ReadonlyMap<string, SinkCounts>;
}

interface SinkCounts {
  pending: number;
  dead: number;
  oldestSeconds: number;
}

const NONE: Readonly<SinkCounts> = { pending: 0, dead: 0, oldestSeconds: 0 };

async function readCounts(database: RequestDatabase): Promise<Counts> {
  const sinks = new Map<string, SinkCounts>();
  let [unrouted, oldestUnroutedSeconds] = [0, 0];
  for (let bucket = 0; bucket < database.buckets.count; bucket += 1) {
    const fresh = await countUnrouted(database, bucket);
    unrouted += fresh.events;
    oldestUnroutedSeconds = Math.max(oldestUnroutedSeconds, fresh.oldest_seconds);
    for (const row of await countDeliveries(database, bucket)) {
      const sum = sinks.get(row.sink) ?? { ...NONE };
      sum.pending += row.pending;
      sum.dead += row.dead;
      sum.oldestSeconds = Math.max(sum.oldestSeconds, row.oldest_seconds);
      sinks.set(row.sink, sum);
    }
  }
  return { unrouted, oldestUnroutedSeconds, sinks };
}
