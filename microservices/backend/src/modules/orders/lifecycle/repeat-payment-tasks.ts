import { Loop } from '../../../background/loop.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import { claimPaymentTasks, type OrderKey } from './payment-tasks.queries.ts';
import { type PaymentServices, runPaymentTasks } from './payment-tasks.ts';

interface Options {
  readonly database: RequestDatabase;
  readonly bucket: number;
  readonly services: PaymentServices;
  readonly pollMs: number;
  readonly metrics: { task(result: 'done' | 'failed'): void };
}

const LIMIT = 100;
/** An order has a handful of tasks at most, one after the other. */
const MAX_TIMEOUTS_IN_LEASE = 3;

/**
 * Repeats the tasks of a bucket that no request has finished, until the provider has answered: nobody pays for an order
 * that is not there. Safe in any number of processes.
 */
export function repeatPaymentTasks(options: Options): Loop {
  const { database, pollMs } = options;
  const failure = 'cannot look for what the payment provider has to be told; trying again';
  return new Loop(() => repeatDueTasks(options), { pollMs, log: database.log, failure });
}

/** @returns whether more may be due */
export async function repeatDueTasks(options: Omit<Options, 'pollMs'>): Promise<boolean> {
  const { database, bucket, services } = options;
  const leaseSeconds = Math.ceil((MAX_TIMEOUTS_IN_LEASE * services.paymentTimeoutMs) / 1000);
  const claimed = await claimPaymentTasks(database, bucket, { limit: LIMIT, leaseSeconds });
  const orders = new Map(claimed.map((order) => [order.orderId, order]));
  await Promise.all([...orders.values()].map((order) => repeatSafely(options, order)));
  return claimed.length === LIMIT;
}

/** One that fails must not hold up the others; it is due again after the lease. */
async function repeatSafely(
  { database, services, metrics }: Omit<Options, 'pollMs'>,
  order: OrderKey,
): Promise<void> {
  try {
    const left = await runPaymentTasks(database, services, order);
    metrics.task(left === 0 ? 'done' : 'failed');
  } catch (error) {
    metrics.task('failed');
    const facts = { err: error, order_id: order.orderId };
    database.log.warn(facts, 'the answer of the payment provider was not kept; asking again');
  }
}
