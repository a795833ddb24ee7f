import { Counter, Gauge, type Registry } from 'prom-client';
import type { RequestDatabase } from '../../../db/connection.ts';
import { sharedReading } from '../../../metrics/shared-reading.ts';
import { countWaiting } from './settlement.queries.ts';

/** Counted after the commit; the counters of all workers add up. */
export interface SettlementMetrics {
  settled(outcome: 'paid' | 'expired'): void;
  voided(result: 'done' | 'failed'): void;
}

export function createSettlementMetrics(
  registry: Registry,
  database: RequestDatabase,
): SettlementMetrics {
  addGauges(registry, database);
  const registers = [registry];
  const settled = new Counter({
    name: 'carthub_worker_orders_settled_total',
    help: 'Orders that nobody paid any more and that a worker settled, by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  const voided = new Counter({
    name: 'carthub_worker_payment_voids_total',
    help: 'Attempts to void the payment of an order that was given up',
    labelNames: ['result'],
    registers,
  });
  // Prometheus sees the first increase only of a counter that existed before it.
  for (const outcome of ['paid', 'expired']) settled.inc({ outcome }, 0);
  for (const result of ['done', 'failed']) voided.inc({ result }, 0);
  return {
    settled: (outcome) => settled.inc({ outcome }),
    voided: (result) => voided.inc({ result }),
  };
}

/** Read from the database; every worker tells the same. */
function addGauges(registry: Registry, database: RequestDatabase): void {
  const readOnce = sharedReading(() => sumOverBuckets(database));
  const gauges: readonly [name: string, help: string, of: keyof Sums][] = [
    ['carthub_orders_waiting', 'Orders that wait for their payment', 'orders'],
    [
      'carthub_order_overdue_seconds',
      'How long ago the oldest hold expired whose units are not free yet',
      'overdueSeconds',
    ],
    [
      'carthub_payment_voids_waiting',
      'Payments of orders that were given up and that are to be voided',
      'voids',
    ],
    ['carthub_payment_void_oldest_seconds', 'Age of the oldest of them', 'oldestVoidSeconds'],
  ];
  for (const [name, help, of] of gauges)
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const sums = await readOnce();
        if (sums) this.set(sums[of]);
      },
    });
}

interface Sums {
  orders: number;
  overdueSeconds: number;
  voids: number;
  oldestVoidSeconds: number;
}

async function sumOverBuckets(database: RequestDatabase): Promise<Sums> {
  const sums = { orders: 0, overdueSeconds: 0, voids: 0, oldestVoidSeconds: 0 };
  for (let bucket = 0; bucket < database.buckets.count; bucket += 1) {
    const row = await countWaiting(database, bucket);
    sums.orders += row.orders;
    sums.voids += row.voids;
    sums.overdueSeconds = Math.max(sums.overdueSeconds, row.overdue_seconds);
    sums.oldestVoidSeconds = Math.max(sums.oldestVoidSeconds, row.oldest_void_seconds);
  }
  return sums;
}
