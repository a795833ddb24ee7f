import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestDatabase } from '../../db/connection.ts';
import { Problem } from '../../http/problem.ts';
import { numberFromMinor, smallestUnitMinor } from '../../money.ts';
import type { OrderDraft, Settlement } from '../orders/engine/order-engine.queries.ts';
import { isPending } from '../orders/engine/pending-order.queries.ts';
import { findOrder } from '../orders/orders.queries.ts';
import type { Order } from '../orders/orders.schemas.ts';
import type {
  CheckoutRequest,
  CheckoutResult,
  CheckoutServices,
  PlacedOrder,
} from './checkout-request.ts';

/** While somebody writes the cart. */
const MAX_TRIES = 100;
const MAX_PAUSE_MS = 50;

/** Pays a placed order and settles it. */
export async function payOrder(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
  { draft, createdAt }: PlacedOrder,
): Promise<CheckoutResult> {
  const paid = await pay(services, request, draft, database.log);
  if (paid.kind === 'provider-failed') {
    await settleOrder(database, services, failure(draft, paid, undefined));
    throw paid.error;
  }
  if (paid.kind !== 'authorized') {
    await settleOrder(database, services, failure(draft, paid, responseTo(request, paid)));
    return paid;
  }
  const { customerId, orderId } = draft;
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
  await voidPayment(services, orderId, database.log);
  return { kind: 'order-superseded' };
}

const failure = (
  { customerId, orderId, lines }: OrderDraft,
  paid: Exclude<Paid, { kind: 'authorized' }>,
  response: Settlement['response'],
): Settlement => ({
  customerId,
  orderId,
  status: 'payment_failed',
  paymentStatus: 'failed',
  reference: null,
  reason: reasonOf(paid),
  actor: 'provider',
  response,
  productIds: lines.map(({ productId }) => productId),
});

/** Failures of our own (5xx) are not kept, so that the request can be tried again with its key. */
export function responseTo(
  request: CheckoutRequest,
  result: CheckoutResult,
): Settlement['response'] {
  if (!request.idempotentRequest) return undefined;
  const stored = request.toResponse(result);
  return stored.status < 500 ? { key: request.idempotentRequest.key, stored } : undefined;
}

/** @returns whether the order was waiting for it */
export async function settleOrder(
  database: RequestDatabase,
  { orders }: Pick<CheckoutServices, 'orders'>,
  settlement: Settlement,
): Promise<boolean> {
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    if (await orders.settle(database, settlement)) return true;
    if (!(await isPending(database, settlement.customerId, settlement.orderId))) return false;
    await sleep(Math.random() * MAX_PAUSE_MS);
  }
  throw new Problem('database-busy', { retryAfterSeconds: 1 });
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
  log: RequestDatabase['log'],
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
    // A provider that did not answer may have authorized the amount: void it.
    await voidPayment({ payments }, orderId, log);
    return signal.aborted ? { kind: 'payment-timeout' } : { kind: 'provider-failed', error };
  }
}

export async function voidPayment(
  { payments }: Pick<CheckoutServices, 'payments'>,
  orderId: string,
  log: RequestDatabase['log'],
): Promise<void> {
  await payments.void(orderId).catch((error: unknown) => {
    log.error({ err: error, order_id: orderId }, 'authorization not voided; it will expire');
  });
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
