/** Orders that wait for a payment which nobody makes any more: their process ended, or its answer was lost. */
import type { RequestDatabase } from '../../db/connection.ts';
import { Problem } from '../../http/problem.ts';
import { keyInUse } from '../../idempotency/idempotent-request.ts';
import { findPendingOrder, type PendingOrder } from '../orders/engine/pending-order.queries.ts';
import type { CheckoutRequest, CheckoutResult, CheckoutServices } from './checkout-request.ts';
import { responseTo } from './pay-order.ts';
import { finishOrder } from './settlement/finish-order.ts';
import { giveUpOrder } from './settlement/give-up-order.ts';
import { secondsToPay } from './settlement/settlement-services.ts';

const mayBePaid = ({ ageSeconds }: PendingOrder, services: CheckoutServices): boolean =>
  ageSeconds < secondsToPay(services);

/**
 * Gives up the customer's pending order, so that they can order again. An authorization of it is voided: they have not
 * been told that it was ordered, and are about to order.
 *
 * @throws Problem 409 while it may still be paid
 */
export async function giveUpPendingOrder(
  database: RequestDatabase,
  services: CheckoutServices,
  customerId: string,
): Promise<void> {
  const pending = await findPendingOrder(database, customerId);
  if (!pending) return;
  if (mayBePaid(pending, services)) throw new Problem('order-pending', { retryAfterSeconds: 1 });
  await giveUp(database, services, customerId, pending);
}

const giveUp = (
  database: RequestDatabase,
  services: CheckoutServices,
  customerId: string,
  { orderId, productIds }: PendingOrder,
): Promise<boolean> =>
  giveUpOrder(database, services, {
    customerId,
    orderId,
    status: 'payment_failed',
    reason: 'The customer checked out again before it was paid.',
    actor: 'customer',
    response: undefined,
    productIds,
  });

/**
 * Finishes the order of an earlier request with the same Idempotency-Key.
 *
 * @returns undefined if it was not paid; it is given up then, and its key is free
 * @throws Problem 409 while the earlier request may still work on it
 */
export async function resumeOrder(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
  orderId: string,
): Promise<CheckoutResult | undefined> {
  const { customer_id: customerId } = request.body;
  const pending = await findPendingOrder(database, customerId);
  if (pending?.orderId !== orderId || mayBePaid(pending, services)) throw keyInUse();
  const payment = await services.payments.find(orderId);
  if (!payment) {
    await giveUp(database, services, customerId, pending);
    return undefined;
  }
  const { reference } = payment;
  const order = await finishOrder(database, services, { customerId, orderId, reference }, (paid) =>
    responseTo(request, { kind: 'ordered', order: paid }),
  );
  if (!order) throw keyInUse();
  return { kind: 'ordered', order };
}
