import { untilAborted } from '../../abortable.ts';
import type { RequestDatabase } from '../../db/connection.ts';
import type { Replayed } from '../../idempotency/with-idempotency.ts';
import { numberFromMinor, smallestUnitMinor } from '../../money.ts';
import { limitedPromotions } from '../orders/engine/order-pricing.ts';
import { findOrder } from '../orders/orders.queries.ts';
import type { Order } from '../orders/orders.schemas.ts';
import {
  type AwaitedPayment,
  type Paid,
  type PaymentOutcome,
  PaymentRejected,
  type PaymentRequest,
} from '../payments/payment-provider.ts';
import { findPayment } from '../payments/payments.queries.ts';
import type {
  CheckoutRequest,
  CheckoutResult,
  CheckoutServices,
  PlacedOrder,
} from './checkout-request.ts';
import { awaitingPayment, waitForPayment } from './payment/wait-for-payment.ts';
import { deliveryOf, discountsOf, taxesOf } from './quote/quote-response.ts';
import { isPaid, isPaidOrder } from './settlement/apply-outcome.ts';
import { giveUpOrder, voidLatePayment } from './settlement/give-up-order.ts';
import { keepResponseTo, responseTo, settleOrder } from './settlement/settle-order.ts';

/** Pays a placed order and settles it. */
export async function payOrder(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
  placed: PlacedOrder,
): Promise<CheckoutResult | Replayed> {
  const payment = toPayment(services, request, placed);
  const outcome = await pay(services, payment, database.log);
  if (isPaid(outcome)) return settlePaid(database, services, request, placed, outcome);
  switch (outcome.kind) {
    case 'requires-action':
    case 'pending': {
      const result = { kind: 'awaiting-payment', order: waitingOrder(placed, outcome) } as const;
      return waitForPayment(database, services, request, payment, result);
    }
    case 'payment-timeout': {
      const isGivenUp = await giveUpOrder(database, services, {
        ...idsOf(placed),
        status: 'payment_failed',
        reason: 'The payment provider did not answer in time.',
        actor: 'provider',
      });
      // Or somebody has found the payment whose answer was lost.
      const paid = isGivenUp ? undefined : await paidMeanwhile(database, request, placed);
      return paid ?? outcome;
    }
    case 'payment-unavailable':
      await settleFailed(
        database,
        services,
        request,
        placed,
        outcome,
        'The payment provider refused to work.',
      );
      return outcome;
    case 'declined': {
      const { reason, isRetryable } = outcome;
      const result = { kind: 'payment-declined', reason, isRetryable } as const;
      const isSettled = await settleFailed(database, services, request, placed, result, reason);
      if (isSettled) return result;
      // A webhook was faster, or another checkout has given it up, and its void may be why it was declined.
      const record = await findPayment(database, payment.customerId, payment.orderId);
      return record?.failure === reason ? result : { kind: 'order-superseded' };
    }
  }
}

async function settlePaid(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
  placed: PlacedOrder,
  { kind: paymentStatus, reference }: Paid,
): Promise<CheckoutResult | Replayed> {
  const { customerId, orderId } = placed.draft;
  const order = orderOf(placed, 'paid', { status: paymentStatus, reference });
  const result = { kind: 'ordered', order } as const;
  const isSettled = await settleOrder(database, services, {
    ...idsOf(placed),
    status: 'paid',
    paymentStatus,
    reference,
    reason: null,
    actor: 'provider',
    response: responseTo(request, result),
    promotionIds: [],
  }).catch((error: unknown) => {
    database.log.error({ err: error, order_id: orderId }, 'a paid order was not settled');
    throw error;
  });
  if (isSettled) {
    services.hub.publishUnread(customerId);
    services.metrics.orderCreated(placed.draft.totals.total);
    return result;
  }
  // Somebody else has settled it: a webhook, a worker, or another checkout, which has given it up.
  const paid = await paidMeanwhile(database, request, placed);
  if (paid) return paid;
  await voidLatePayment(database, services, placed.draft);
  return { kind: 'order-superseded' };
}

/** @returns undefined unless a webhook or a worker has settled the order as paid */
async function paidMeanwhile(
  database: RequestDatabase,
  request: CheckoutRequest,
  { draft: { customerId, orderId } }: PlacedOrder,
): Promise<CheckoutResult | Replayed | undefined> {
  const order = await findOrder(database, customerId, orderId);
  if (!isPaidOrder(order)) return undefined;
  return keepResponseTo(database, request, order, { kind: 'ordered', order });
}

/** The provider has surely nothing of it. @returns whether the order was waiting */
function settleFailed(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
  placed: PlacedOrder,
  result: CheckoutResult,
  reason: string,
): Promise<boolean> {
  return settleOrder(database, services, {
    ...idsOf(placed),
    status: 'payment_failed',
    paymentStatus: 'failed',
    reference: null,
    reason,
    actor: 'provider',
    response: responseTo(request, result),
  });
}

const idsOf = ({ draft: { customerId, orderId, lines, pricing } }: PlacedOrder) => ({
  customerId,
  orderId,
  productIds: lines.map(({ productId }) => productId),
  promotionIds: limitedPromotions(pricing),
});

const toPayment = (
  { shop }: CheckoutServices,
  { body }: CheckoutRequest,
  { draft, createdAt }: PlacedOrder,
): PaymentRequest => ({
  customerId: draft.customerId,
  orderId: draft.orderId,
  attempt: 1,
  amountMinor: draft.totals.total / smallestUnitMinor(shop.decimals),
  currency: shop.currency,
  reference: null,
  placedAt: new Date(createdAt),
  paymentMethod: body.payment_method,
});

type Unpaid = { readonly kind: 'payment-timeout' } | { readonly kind: 'payment-unavailable' };

async function pay(
  { payments, paymentTimeoutMs }: CheckoutServices,
  payment: PaymentRequest,
  log: RequestDatabase['log'],
): Promise<PaymentOutcome | Unpaid> {
  const signal = AbortSignal.timeout(paymentTimeoutMs);
  try {
    return await payments.authorize(payment, signal);
  } catch (error) {
    if (signal.aborted) return { kind: 'payment-timeout' };
    log.error({ err: error, order_id: payment.orderId }, 'the payment provider failed');
    if (error instanceof PaymentRejected) return { kind: 'payment-unavailable' };
    // Its answer was lost: what was it?
    const found = await untilAborted(signal, payments.find(payment)).catch(() => undefined);
    return found ?? { kind: 'payment-timeout' };
  }
}

const waitingOrder = (placed: PlacedOrder, awaited: AwaitedPayment): Order =>
  awaitingPayment(
    orderOf(placed, 'pending_payment', { status: 'pending', reference: awaited.reference }),
    awaited,
  );

/** The order as it stands in the database, without reading it again. */
function orderOf(
  { draft, createdAt }: PlacedOrder,
  status: Order['status'],
  payment: Pick<Order['payment'], 'status' | 'reference'>,
): Order {
  const { totals } = draft;
  return {
    order_id: draft.orderId,
    number: draft.number,
    customer_id: draft.customerId,
    status,
    currency: draft.currency,
    items: draft.lines.map((line) => ({
      product_id: line.productId,
      product_name: line.productName,
      price: numberFromMinor(line.priceMinor),
      quantity: line.quantity,
      subtotal: numberFromMinor(line.priceMinor * line.quantity),
      image_url: line.imageUrl,
    })),
    total_items: draft.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    subtotal: numberFromMinor(totals.subtotal),
    discount: numberFromMinor(totals.discount),
    shipping: numberFromMinor(totals.shipping),
    tax: numberFromMinor(totals.tax),
    total: numberFromMinor(totals.total),
    discounts: discountsOf(draft.lines, draft.pricing),
    taxes: taxesOf(draft.pricing),
    delivery: deliveryOf(draft.pricing),
    payment: { provider: draft.provider, ...payment },
    shipping_address: draft.shippingAddress,
    billing_address: draft.billingAddress,
    email: draft.email,
    created_at: createdAt,
  };
}
