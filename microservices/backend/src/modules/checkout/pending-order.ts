/** Orders that wait for a payment which nobody makes any more: their process ended, or its answer was lost. */
import type { RequestDatabase } from '../../db/connection.ts';
import { Problem } from '../../http/problem.ts';
import { keyInUse } from '../../idempotency/idempotent-request.ts';
import type { Replayed } from '../../idempotency/with-idempotency.ts';
import { findPendingOrder, type PendingOrder } from '../orders/engine/pending-order.queries.ts';
import { findOrder } from '../orders/orders.queries.ts';
import { findPayment } from '../payments/payments.queries.ts';
import type { CheckoutRequest, CheckoutResult, CheckoutServices } from './checkout-request.ts';
import { awaitingPayment, waitForPayment } from './payment/wait-for-payment.ts';
import { applyOutcome, isPaid } from './settlement/apply-outcome.ts';
import { giveUpOrder } from './settlement/give-up-order.ts';
import { keepResponseTo } from './settlement/settle-order.ts';
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
  { orderId, productIds, promotionIds }: PendingOrder,
): Promise<boolean> =>
  giveUpOrder(database, services, {
    customerId,
    orderId,
    productIds,
    promotionIds,
    status: 'payment_failed',
    reason: 'The customer checked out again before it was paid.',
    actor: 'customer',
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
): Promise<CheckoutResult | Replayed | undefined> {
  const { customer_id: customerId } = request.body;
  const pending = await findPendingOrder(database, customerId);
  if (pending?.orderId === orderId) {
    if (mayBePaid(pending, services)) throw keyInUse();
    const record = await findPayment(database, customerId, orderId);
    if (!record) throw keyInUse();
    const outcome = await services.payments.find(record.payment);
    if (outcome?.kind === 'requires-action' || outcome?.kind === 'pending') {
      const order = await findOrder(database, customerId, orderId);
      if (!order) throw keyInUse();
      const result = { kind: 'awaiting-payment', order: awaitingPayment(order, outcome) } as const;
      return waitForPayment(database, services, request, record.payment, result);
    }
    if (!isPaid(outcome)) {
      await giveUp(database, services, customerId, pending);
      return undefined;
    }
    await applyOutcome(database, services, record, outcome);
  }
  const order = await findOrder(database, customerId, orderId);
  if (!order || UNPAID.has(order.status)) throw keyInUse();
  // Or cancelled since then: one that is cancelled before it is paid leaves no key.
  return keepResponseTo(database, request, order, { kind: 'ordered', order });
}

const UNPAID: ReadonlySet<string> = new Set(['pending_payment', 'payment_failed', 'expired']);
