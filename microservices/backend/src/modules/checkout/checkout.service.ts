/**
 * A checkout:
 *   1. compute   the order from the cart as it was shown;
 *   2. place     it: written and waiting for its payment, with its units held. The statement proves what was
 *                computed, so nobody pays for what is gone (place-order.ts);
 *   3. pay       while nothing is locked, however long the provider takes (pay-order.ts);
 *   4. settle    it: paid, and the ordered lines leave the cart; or given up, which frees the units.
 * A crash between 2 and 4 leaves an order that waits. It is given up, and its payment voided, when its customer checks
 * out again (pending-order.ts).
 */
import type { ShopConfig } from '../../config/config.ts';
import type { RequestDatabase } from '../../db/connection.ts';
import type { StoredResponse } from '../../http/stored-response.ts';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.ts';
import type { CartSnapshot } from '../cart/engine/cart-snapshot.ts';
import type { OrderEngine } from '../orders/engine/order-engine.ts';
import type { Order } from '../orders/orders.schemas.ts';
import type { PaymentProvider } from '../payments/payment-provider.ts';
import type { Refusal } from './assess.ts';
import type { CheckoutMetrics } from './checkout.metrics.ts';
import type { CheckoutBody } from './checkout.schemas.ts';
import { payOrder } from './pay-order.ts';
import { placeOrder } from './place-order.ts';

export type CheckoutResult =
  | Refusal
  /** Another version than If-Match names. */
  | { readonly kind: 'cart-changed'; readonly cart: CartSnapshot }
  | { readonly kind: 'payment-declined'; readonly reason: string }
  | { readonly kind: 'payment-timeout' }
  /** Given up while it was paid, by another checkout of the customer. */
  | { readonly kind: 'order-superseded' }
  | { readonly kind: 'ordered'; readonly order: Order };

/** The parts that checkouts need. */
export interface CheckoutServices {
  readonly shop: ShopConfig;
  readonly payments: PaymentProvider;
  readonly paymentTimeoutMs: number;
  readonly orders: OrderEngine;
  readonly readCart: (database: RequestDatabase, customerId: string) => Promise<CartSnapshot>;
  readonly forgetCart: (customerId: string) => void;
  readonly hub: { publishUnread(customerId: string): void };
  readonly metrics: CheckoutMetrics;
}

/** One request to check out. */
export interface CheckoutRequest {
  readonly body: CheckoutBody;
  /** The header If-Match: the order is meant for a cart with one of these entity tags. */
  readonly ifMatch: string | undefined;
  readonly idempotentRequest: IdempotentRequest | undefined;
  readonly toResponse: (result: CheckoutResult) => StoredResponse;
}

/** @throws Problem 409 while another checkout of the customer is being paid, 503 */
export async function checkout(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
): Promise<CheckoutResult> {
  const placed = await placeOrder(database, services, request);
  return placed.kind === 'placed' ? payOrder(database, services, request, placed) : placed;
}
