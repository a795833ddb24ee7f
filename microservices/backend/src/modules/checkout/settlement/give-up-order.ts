import { untilAborted } from '../../../abortable.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import type { Settlement } from '../../orders/engine/order-engine.queries.ts';
import { type OrderKey, requestVoid } from '../../orders/lifecycle/payment-tasks.queries.ts';
import { type PaymentServices, runPaymentTasks } from '../../orders/lifecycle/payment-tasks.ts';
import { settleOrder } from './settle-order.ts';
import type { SettlementServices } from './settlement-services.ts';

/** A customer waits for the response. */
const MAX_VOID_MS = 2000;

type GivenUp = Pick<
  Settlement,
  'customerId' | 'orderId' | 'productIds' | 'promotionIds' | 'reason' | 'actor'
> & {
  readonly status: 'payment_failed' | 'expired';
};

/**
 * Gives up an order of which nobody knows whether its provider has the money. Settling decides and writes the task to
 * void the payment; voiding follows: a payment that was voided first could be that of an order which somebody settles as
 * paid.
 *
 * @returns false if it was not waiting any more
 */
export async function giveUpOrder(
  database: RequestDatabase,
  services: Pick<SettlementServices, 'orders' | 'payments' | 'paymentTimeoutMs'>,
  givenUp: GivenUp,
): Promise<boolean> {
  const isGivenUp = await settleOrder(database, services, {
    ...givenUp,
    paymentStatus: 'pending',
    reference: null,
    // Its key is free again.
    response: undefined,
  });
  if (isGivenUp) await voidNow(database, services, givenUp);
  return isGivenUp;
}

/** A payment that has arrived after its order was given up. */
export async function voidLatePayment(
  database: RequestDatabase,
  services: PaymentServices,
  order: OrderKey,
): Promise<void> {
  await requestVoid(database, order);
  await voidNow(database, services, order);
}

async function voidNow(
  database: RequestDatabase,
  services: PaymentServices,
  order: OrderKey,
): Promise<void> {
  const voiding = runPaymentTasks(database, services, order);
  await untilAborted(AbortSignal.timeout(MAX_VOID_MS), voiding).catch((error: unknown) => {
    const facts = { err: error, order_id: order.orderId };
    database.log.warn(facts, 'a payment is not voided yet; a worker will');
  });
}
