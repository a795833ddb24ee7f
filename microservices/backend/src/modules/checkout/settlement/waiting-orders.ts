import { untilAborted } from '../../../abortable.ts';
import { Loop } from '../../../background/loop.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import { commit, inTransaction } from '../../../db/transaction.ts';
import { findPayment } from '../../payments/payments.queries.ts';
import { applyOutcome } from './apply-outcome.ts';
import { giveUpOrder } from './give-up-order.ts';
import type { SettlementMetrics } from './settlement.metrics.ts';
import { claimWaiting, type WaitingOrder } from './settlement.queries.ts';
import { type SettlementServices, secondsToPay } from './settlement-services.ts';

interface Options {
  readonly database: RequestDatabase;
  readonly bucket: number;
  readonly services: SettlementServices;
  readonly pollMs: number;
  readonly metrics: Pick<SettlementMetrics, 'settled'>;
}

const LIMIT = 100;
/** For the provider's answer; shorter than the lease, so that hardly ever two workers look at one order. */
const MAX_LOOKUP_MS = 2000;
const LEASE_MS = 3000;
/** Between two looks at an order that may still be paid. */
const PAUSE_MS = 10_000;

/**
 * Ends the wait of orders that nobody pays any more: as their provider says, or given up when their hold expires. Any
 * number of processes may do the same: a lease keeps them apart, and settling decides once.
 */
export function settleWaitingOrders(options: Options): Loop {
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
async function settleSafely(options: Options, order: WaitingOrder): Promise<void> {
  const { database, services, metrics } = options;
  try {
    if (await settle(database, services, order)) metrics.settled('expired');
  } catch (error) {
    database.log.warn(
      { err: error, order_id: order.order_id },
      'an order that nobody pays was not settled; trying again',
    );
  }
}

/** @returns whether it was given up because its hold has expired */
async function settle(
  database: RequestDatabase,
  services: SettlementServices,
  order: WaitingOrder,
): Promise<boolean> {
  const { customer_id: customerId, order_id: orderId } = order;
  const record = await findPayment(database, customerId, orderId);
  if (!record) return false;
  const asked = services.payments.find(record.payment);
  const outcome = await untilAborted(AbortSignal.timeout(MAX_LOOKUP_MS), asked).catch(
    (error: unknown) => {
      // Its units are free in time all the same: nothing is charged for an order that was given up.
      database.log.warn({ err: error, order_id: orderId }, 'the payment provider did not tell');
      return undefined;
    },
  );
  const isUndecided = !outcome || outcome.kind === 'pending' || outcome.kind === 'requires-action';
  if (!(isUndecided && order.is_overdue)) {
    await applyOutcome(database, services, record, outcome);
    return false;
  }
  return giveUpOrder(database, services, {
    customerId,
    orderId,
    productIds: record.productIds,
    promotionIds: record.promotionIds,
    status: 'expired',
    reason: 'It was not paid in time.',
    actor: 'system',
  });
}
