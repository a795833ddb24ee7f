import { Loop } from '../../../background/loop.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import { commit, inTransaction } from '../../../db/transaction.ts';
import { finishOrder, orderedResponse } from './finish-order.ts';
import { giveUpOrder } from './give-up-order.ts';
import type { SettlementMetrics } from './settlement.metrics.ts';
import { claimWaiting, findKeyOf, type WaitingOrder } from './settlement.queries.ts';
import { type SettlementServices, secondsToPay } from './settlement-services.ts';
import { withinTime } from './within-time.ts';

export interface BucketOptions {
  readonly database: RequestDatabase;
  readonly bucket: number;
  readonly services: SettlementServices;
  readonly pollMs: number;
  readonly metrics: SettlementMetrics;
}

const LIMIT = 100;
/** For the provider's answer; shorter than the lease, so that hardly ever two workers look at one order. */
const MAX_LOOKUP_MS = 2000;
const LEASE_MS = 3000;
/** Between two looks at an order that may still be paid. */
const PAUSE_MS = 10_000;

/**
 * Ends the wait of orders that nobody pays any more: paid if their provider has the payment, else given up when their
 * hold expires. Any number of processes may do the same: a lease keeps them apart, and settling decides once.
 */
export function settleWaitingOrders(options: BucketOptions): Loop {
  const { database, bucket, services, pollMs } = options;
  const terms = {
    doubtfulSeconds: secondsToPay(services),
    limit: LIMIT,
    leaseMs: LEASE_MS,
    pauseMs: PAUSE_MS,
  };
  const step = async () => {
    const waiting = await inTransaction(database, async (transaction) =>
      commit(await claimWaiting(transaction, bucket, terms)),
    );
    await Promise.all(waiting.map((order) => settleSafely(options, order)));
    return waiting.length === LIMIT;
  };
  const failure = 'cannot look for orders that nobody pays; trying again';
  return new Loop(step, { pollMs, log: database.log, failure });
}

/** One that cannot be settled must not hold up the others; it is looked at again after the lease. */
async function settleSafely(options: BucketOptions, order: WaitingOrder): Promise<void> {
  const { database, services, metrics } = options;
  try {
    const outcome = await settle(database, services, order);
    if (outcome !== 'left') metrics.settled(outcome);
  } catch (error) {
    database.log.warn(
      { err: error, order_id: order.order_id },
      'an order that nobody pays was not settled; trying again',
    );
  }
}

/** @returns `left` if it may still be paid, or somebody else has settled it */
async function settle(
  database: RequestDatabase,
  services: SettlementServices,
  order: WaitingOrder,
): Promise<'paid' | 'expired' | 'left'> {
  const { customer_id: customerId, order_id: orderId } = order;
  const payment = await withinTime(services.payments.find(orderId), MAX_LOOKUP_MS).catch(
    (error: unknown) => {
      // Its units are free in time all the same: nothing is charged for an order that was given up.
      database.log.warn({ err: error, order_id: orderId }, 'the payment provider did not tell');
      return undefined;
    },
  );
  if (payment) {
    const key = await findKeyOf(database, customerId, orderId);
    const { reference } = payment;
    const isPaid = await finishOrder(
      database,
      services,
      { customerId, orderId, reference },
      (paid) =>
        key === undefined
          ? undefined
          : { key, stored: orderedResponse(paid, JSON.stringify(paid)) },
    );
    return isPaid ? 'paid' : 'left';
  }
  if (!order.is_overdue) return 'left';
  const isGivenUp = await giveUpOrder(database, services, {
    customerId,
    orderId,
    status: 'expired',
    reason: 'It was not paid in time.',
    actor: 'system',
    response: undefined,
    productIds: order.product_ids,
  });
  return isGivenUp ? 'expired' : 'left';
}
