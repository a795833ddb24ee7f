import type { ShopConfig } from '../../config/config.ts';
import type { RequestDatabase } from '../../db/connection.ts';
import type { StoredResponse } from '../../http/stored-response.ts';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.ts';
import type { CartSnapshot } from '../cart/engine/cart-snapshot.ts';
import type { OrderDraft } from '../orders/engine/order-engine.queries.ts';
import type { OrderEngine } from '../orders/engine/order-engine.ts';
import type { Order } from '../orders/orders.schemas.ts';
import type { PaymentProvider } from '../payments/payment-provider.ts';
import type { Refusal } from './assess.ts';
import type { CheckoutMetrics } from './checkout.metrics.ts';
import type { CheckoutBody } from './checkout.schemas.ts';

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

/** An order that waits for its payment. */
export interface PlacedOrder {
  readonly kind: 'placed';
  readonly draft: OrderDraft;
  /** ISO 8601 in milliseconds, as in every response. */
  readonly createdAt: string;
}
