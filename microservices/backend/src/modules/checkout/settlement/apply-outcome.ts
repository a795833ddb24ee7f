import type { RequestDatabase } from '../../../db/connection.ts';
import { minorFromNumber } from '../../../money.ts';
import { findOrder } from '../../orders/orders.queries.ts';
import type { Order } from '../../orders/orders.schemas.ts';
import type { Paid, PaymentOutcome } from '../../payments/payment-provider.ts';
import { findPayment, notePayment, type PaymentRecord } from '../../payments/payments.queries.ts';
import { giveUpOrder, voidLatePayment } from './give-up-order.ts';
import { settleOrder } from './settle-order.ts';
import type { SettlementServices } from './settlement-services.ts';

const GIVEN_UP: ReadonlySet<string> = new Set(['payment_failed', 'expired', 'cancelled']);
/** Of a payment by which the shop has nothing. */
const NOTHING_TAKEN: ReadonlySet<string> = new Set(['pending', 'failed', 'voided']);

export const isPaid = (outcome: { readonly kind: string } | undefined): outcome is Paid =>
  outcome?.kind === 'authorized' || outcome?.kind === 'captured';

/** Whether it is paid, however far its goods are. */
export const isPaidOrder = (order: Order | undefined): order is Order =>
  order !== undefined && order.status !== 'pending_payment' && !GIVEN_UP.has(order.status);

/**
 * Asks the provider what became of an order's payment, and does that to the order.
 *
 * @throws what the provider fails with
 */
export async function askProvider(
  database: RequestDatabase,
  services: SettlementServices,
  customerId: string,
  orderId: string,
): Promise<void> {
  const record = await findPayment(database, customerId, orderId);
  if (!record) return;
  await applyOutcome(database, services, record, await services.payments.find(record.payment));
}

/**
 * Does to an order what its provider says of the payment. Done twice, or late, it does the same: the order moves on
 * only from `pending_payment`, and a payment of an order that was given up is voided.
 *
 * @param outcome as the provider tells now; undefined if it knows of no payment
 */
export async function applyOutcome(
  database: RequestDatabase,
  services: SettlementServices,
  record: PaymentRecord,
  outcome: PaymentOutcome | undefined,
): Promise<void> {
  const { payment, status, orderStatus, productIds, promotionIds } = record;
  const { customerId, orderId } = payment;
  if (GIVEN_UP.has(orderStatus)) {
    if (isPaid(outcome) && NOTHING_TAKEN.has(status))
      await voidLatePayment(database, services, payment);
    return;
  }
  if (orderStatus !== 'pending_payment' || !outcome) return;
  if (isPaid(outcome)) return settlePaid(database, services, record, outcome);
  if (outcome.kind === 'declined') {
    const why = { status: 'payment_failed', reason: outcome.reason, actor: 'provider' } as const;
    const order = { customerId, orderId, productIds, promotionIds };
    await giveUpOrder(database, services, { ...order, ...why });
    return;
  }
  await notePayment(database, payment, outcome.reference);
}

async function settlePaid(
  database: RequestDatabase,
  services: SettlementServices,
  { payment, productIds }: PaymentRecord,
  { kind, reference }: Paid,
): Promise<void> {
  const { customerId, orderId } = payment;
  const isSettled = await settleOrder(database, services, {
    customerId,
    orderId,
    status: 'paid',
    paymentStatus: kind,
    reference,
    reason: null,
    actor: 'provider',
    // Its checkout stores it, now or when it is repeated.
    response: undefined,
    productIds,
    promotionIds: [],
  });
  const order = await findOrder(database, customerId, orderId);
  if (isSettled) {
    services.hub.publishUnread(customerId);
    if (order) services.metrics.orderCreated(minorFromNumber(order.total));
  } else if (order && !isPaidOrder(order)) {
    // Somebody has given it up meanwhile.
    await voidLatePayment(database, services, payment);
  }
}
