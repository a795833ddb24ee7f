import { Loop } from '../../../background/loop.ts';
import { pauseAfter } from '../../../background/pause.ts';
import { commit, inTransaction } from '../../../db/transaction.ts';
import { voidPayment } from './give-up-order.ts';
import { claimVoids, type PaymentVoid, postponeVoid } from './settlement.queries.ts';
import type { BucketOptions } from './waiting-orders.ts';
import { withinTime } from './within-time.ts';

const LIMIT = 100;
const MAX_VOID_MS = 10_000;
const LEASE_MS = 12_000;
const FIRST_PAUSE_MS = 1000;

/**
 * Voids the payments of orders that were given up while nobody knew whether their provider has the money, again and
 * again until it has done it: nobody pays for an order that is not there.
 */
export function voidUnknownPayments(options: BucketOptions): Loop {
  const { database, bucket, pollMs } = options;
  const step = async () => {
    const voids = await inTransaction(database, async (transaction) =>
      commit(await claimVoids(transaction, bucket, { limit: LIMIT, leaseMs: LEASE_MS })),
    );
    await Promise.all(voids.map((each) => voidSafely(options, each)));
    return voids.length === LIMIT;
  };
  const failure = 'cannot look for payments to void; trying again';
  return new Loop(step, { pollMs, log: database.log, failure });
}

async function voidSafely(options: BucketOptions, each: PaymentVoid): Promise<void> {
  const { database, bucket, services, metrics } = options;
  const { customer_id: customerId, order_id: orderId, attempts } = each;
  try {
    await withinTime(voidPayment(database, services, customerId, orderId), MAX_VOID_MS);
    metrics.voided('done');
  } catch (error) {
    metrics.voided('failed');
    const pauseMs = pauseAfter(attempts + 1, FIRST_PAUSE_MS);
    database.log.warn(
      { err: error, order_id: orderId, attempts: attempts + 1 },
      'a payment of an order that was given up is not voided; trying again',
    );
    // If this fails too, the lease ends earlier.
    await postponeVoid(database, bucket, each, pauseMs).catch(() => {});
  }
}
