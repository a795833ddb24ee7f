import type { RequestDatabase } from '../../db/connection.ts';
import { numberFromMinor, smallestUnitMinor } from '../../money.ts';
import type { OrderDraft, Settlement } from '../orders/engine/order-engine.queries.ts';
import { findOrder } from '../orders/orders.queries.ts';
import type { Order } from '../orders/orders.schemas.ts';
import type {
  CheckoutRequest,
  CheckoutResult,
  CheckoutServices,
  PlacedOrder,
} from './checkout-request.ts';
import { giveUpOrder, voidPayment } from './settlement/give-up-order.ts';
import { settleOrder } from './settlement/settle-order.ts';

/** Pays a placed order and settles it. */
export async function payOrder(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
  { draft, createdAt }: PlacedOrder,
): Promise<CheckoutResult> {
  const { customerId, orderId } = draft;
  const paid = await pay(services, request, draft);
  if (paid.kind !== 'authorized') {
    const isEnded = await endUnpaid(database, services, request, draft, paid);
    const order = isEnded ? undefined : await findOrder(database, customerId, orderId);
    // A worker has found the payment whose answer was lost.
    if (order?.status === 'paid') return { kind: 'ordered', order };
    if (paid.kind === 'provider-failed') throw paid.error;
    return paid;
  }
  const { reference } = paid;
  const result = { kind: 'ordered', order: orderOf(draft, createdAt, reference) } as const;
  const isSettled = await settleOrder(database, services, {
    customerId,
    orderId,
    status: 'paid',
    paymentStatus: 'authorized',
    reference,
    reason: null,
    actor: 'provider',
    response: responseTo(request, result),
    productIds: draft.lines.map(({ productId }) => productId),
  }).catch((error: unknown) => {
    database.log.error({ err: error, order_id: orderId }, 'a paid order was not settled');
    throw error;
  });
  if (isSettled) {
    services.hub.publishUnread(customerId);
    return result;
  }
  // Somebody else has settled it: a retry of this request, which found the payment, or another checkout.
  const order = await findOrder(database, customerId, orderId);
  if (order?.status === 'paid') return { kind: 'ordered', order };
  await voidPayment(database, services, customerId, orderId).catch((error: unknown) => {
    database.log.error(
      { err: error, order_id: orderId },
      'authorization not voided; it will expire',
    );
  });
  return { kind: 'order-superseded' };
}

/** @returns false if somebody else has settled the order */
function endUnpaid(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
  { customerId, orderId, lines }: OrderDraft,
  paid: Exclude<Paid, { kind: 'authorized' }>,
): Promise<boolean> {
  const settlement = {
    customerId,
    orderId,
    status: 'payment_failed',
    reason: reasonOf(paid),
    actor: 'provider',
    response: paid.kind === 'provider-failed' ? undefined : responseTo(request, paid),
    productIds: lines.map(({ productId }) => productId),
  } as const;
  if (paid.kind !== 'payment-declined') return giveUpOrder(database, services, settlement);
  const failed = { ...settlement, paymentStatus: 'failed', reference: null } as const;
  return settleOrder(database, services, failed);
}

/** Failures of our own (5xx) are not kept, so that the request can be tried again with its key. */
export function responseTo(
  request: CheckoutRequest,
  result: CheckoutResult,
): Settlement['response'] {
  if (!request.idempotentRequest) return undefined;
  const stored = request.toResponse(result);
  return stored.status < 500 ? { key: request.idempotentRequest.key, stored } : undefined;
}

type Paid =
  | { readonly kind: 'authorized'; readonly reference: string }
  | { readonly kind: 'payment-declined'; readonly reason: string }
  | { readonly kind: 'payment-timeout' }
  | { readonly kind: 'provider-failed'; readonly error: unknown };

function reasonOf(paid: Exclude<Paid, { kind: 'authorized' }>): string {
  switch (paid.kind) {
    case 'payment-declined':
      return paid.reason;
    case 'payment-timeout':
      return 'The payment provider did not answer in time.';
    case 'provider-failed':
      return 'The payment provider failed.';
  }
}

async function pay(
  { shop, payments, paymentTimeoutMs }: CheckoutServices,
  { body }: CheckoutRequest,
  { orderId, totals }: OrderDraft,
): Promise<Paid> {
  const signal = AbortSignal.timeout(paymentTimeoutMs);
  const payment = {
    orderId,
    paymentMethod: body.payment_method,
    amountMinor: totals.total / smallestUnitMinor(shop.decimals),
    currency: shop.currency,
  };
  try {
    const result = await payments.authorize(payment, signal);
    if (result.kind === 'authorized') return result;
    return { kind: 'payment-declined', reason: result.reason };
  } catch (error) {
    // It may have authorized the amount all the same.
    return signal.aborted ? { kind: 'payment-timeout' } : { kind: 'provider-failed', error };
  }
}

/** The order as it stands in the database, without reading it again. */
function orderOf(draft: OrderDraft, createdAt: string, reference: string): Order {
  const { totals } = draft;
  return {
    order_id: draft.orderId,
    number: draft.number,
    customer_id: draft.customerId,
    status: 'paid',
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
    payment: { provider: draft.provider, status: 'authorized', reference },
    shipping_address: draft.shippingAddress,
    billing_address: draft.billingAddress,
    email: draft.email,
    created_at: createdAt,
  };
}
