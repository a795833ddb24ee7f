import type { RequestDatabase } from '../../db/connection.ts';
import { Problem } from '../../http/problem.ts';
import { findPendingOrder } from '../orders/engine/pending-order.queries.ts';
import type { CheckoutServices } from './checkout.service.ts';
import { voidPayment } from './pay-order.ts';

/** Beside the payment: the time that a process needs to settle it. */
const SECONDS_BESIDE_PAYMENT = 5;

/**
 * Gives up an order that its process has left behind, so that its customer can order again.
 *
 * @throws Problem 409 while it may still be paid
 */
export async function giveUpPendingOrder(
  database: RequestDatabase,
  { payments, paymentTimeoutMs, orders }: CheckoutServices,
  customerId: string,
): Promise<void> {
  const pending = await findPendingOrder(database, customerId);
  if (!pending) return;
  const { orderId, ageSeconds } = pending;
  if (ageSeconds < paymentTimeoutMs / 1000 + SECONDS_BESIDE_PAYMENT)
    throw new Problem('order-pending', { retryAfterSeconds: 1 });
  await voidPayment({ payments }, orderId, database.log);
  await orders.settle(database, {
    customerId,
    orderId,
    status: 'cancelled',
    paymentStatus: 'voided',
    reference: null,
    reason: 'The customer checked out again before it was paid.',
    actor: 'customer',
    response: undefined,
  });
}
