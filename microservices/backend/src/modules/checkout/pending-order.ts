/** Orders that wait for a payment which nobody makes any more: their process ended, or its answer was lost. */
import type { RequestDatabase } from '../../db/connection.ts';
import { Problem } from '../../http/problem.ts';
import { keyInUse } from '../../idempotency/idempotent-request.ts';
import { findPendingOrder, type PendingOrder } from '../orders/engine/pending-order.queries.ts';
import { findOrder } from '../orders/orders.queries.ts';
import type { CheckoutRequest, CheckoutResult, CheckoutServices } from './checkout-request.ts';
import { responseTo, settleOrder, voidPayment } from './pay-order.ts';

/** Beside the payment: the time that a process needs to settle it. */
const SECONDS_BESIDE_PAYMENT = 5;

const mayBePaid = (
  { ageSeconds }: PendingOrder,
  { paymentTimeoutMs }: Pick<CheckoutServices, 'paymentTimeoutMs'>,
): boolean => ageSeconds < paymentTimeoutMs / 1000 + SECONDS_BESIDE_PAYMENT;

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

async function giveUp(
  database: RequestDatabase,
  services: CheckoutServices,
  customerId: string,
  { orderId, productIds }: PendingOrder,
): Promise<void> {
  await voidPayment(services, orderId, database.log);
  await settleOrder(database, services, {
    customerId,
    orderId,
    status: 'payment_failed',
    paymentStatus: 'voided',
    reference: null,
    reason: 'The customer checked out again before it was paid.',
    actor: 'customer',
    response: undefined,
    productIds,
  });
}

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
  const order = payment && (await findOrder(database, customerId, orderId));
  if (!order) {
    await giveUp(database, services, customerId, pending);
    return undefined;
  }
  const { reference } = payment;
  const paid = {
    ...order,
    status: 'paid' as const,
    payment: { ...order.payment, status: 'authorized' as const, reference },
  };
  const result = { kind: 'ordered', order: paid } as const;
  const isSettled = await settleOrder(database, services, {
    customerId,
    orderId,
    status: 'paid',
    paymentStatus: 'authorized',
    reference,
    reason: null,
    actor: 'system',
    response: responseTo(request, result),
    productIds: pending.productIds,
  });
  if (!isSettled) throw keyInUse();
  services.hub.publishUnread(customerId);
  return result;
}
