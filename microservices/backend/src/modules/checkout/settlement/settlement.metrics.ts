import { Counter, Gauge, type Registry } from 'prom-client';
import type { RequestDatabase } from '../../../db/connection.ts';
import { sharedReading } from '../../../metrics/shared-reading.ts';
import { countWaiting } from './settlement.queries.ts';

/** Counted after the commit; the counters of all workers add up. */
export interface SettlementMetrics {
  settled(outcome: 'paid' | 'expired'): void;
  task(result: 'done' | 'failed'): void;
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
  const tasks = new Counter({
    name: 'carthub_worker_payment_tasks_total',
    help: 'Attempts to tell the payment provider what it has to be told, after the request that did not finish it',
    labelNames: ['result'],
    registers,
  });
  // Prometheus sees the first increase only of a counter that existed before it.
  for (const outcome of ['paid', 'expired']) settled.inc({ outcome }, 0);
  for (const result of ['done', 'failed']) tasks.inc({ result }, 0);
  return {
    settled: (outcome) => settled.inc({ outcome }),
    task: (result) => tasks.inc({ result }),
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
      'carthub_payment_tasks_waiting',
      'What the payment provider has to be told (void, capture, refund) and has not answered',
      'tasks',
    ],
    ['carthub_payment_task_oldest_seconds', 'Age of the oldest of them', 'oldestTaskSeconds'],
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
  tasks: number;
  oldestTaskSeconds: number;
}

async function sumOverBuckets(database: RequestDatabase): Promise<Sums> {
  const sums = { orders: 0, overdueSeconds: 0, tasks: 0, oldestTaskSeconds: 0 };
  for (let bucket = 0; bucket < database.buckets.count; bucket += 1) {
    const row = await countWaiting(database, bucket);
    sums.orders += row.orders;
    sums.tasks += row.tasks;
    sums.overdueSeconds = Math.max(sums.overdueSeconds, row.overdue_seconds);
    sums.oldestTaskSeconds = Math.max(sums.oldestTaskSeconds, row.oldest_task_seconds);
  }
  return sums;
}
