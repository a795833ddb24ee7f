import type { ShopConfig } from '../../config/config.ts';
import type { RequestDatabase } from '../../db/connection.ts';
import type { StoredResponse } from '../../http/stored-response.ts';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.ts';
import type { CartSnapshot } from '../cart/engine/cart-snapshot.ts';
import type { OrderDraft } from '../orders/engine/order-engine.queries.ts';
import type { Order } from '../orders/orders.schemas.ts';
import type { PricingServices } from '../pricing/price-order.ts';
import type { Refusal } from './assess.ts';
import type { CheckoutMetrics } from './checkout.metrics.ts';
import type { CheckoutBody } from './checkout.schemas.ts';
import type { SettlementServices } from './settlement/settlement-services.ts';

export type CheckoutResult =
  | Refusal
  /** Another version than If-Match names. */
  | { readonly kind: 'cart-changed'; readonly cart: CartSnapshot }
  | { readonly kind: 'payment-declined'; readonly reason: string; readonly isRetryable: boolean }
  | { readonly kind: 'payment-timeout' }
  | { readonly kind: 'payment-unavailable' }
  /** The customer has to act, or the provider has not decided; the order tells what comes of it. */
  | { readonly kind: 'awaiting-payment'; readonly order: Order }
  /** Given up while it was paid, by another checkout of the customer. */
  | { readonly kind: 'order-superseded' }
  | { readonly kind: 'ordered'; readonly order: Order };

/** The parts that checkouts need. */
export interface CheckoutServices extends SettlementServices {
  readonly shop: ShopConfig;
  readonly pricing: PricingServices;
  /** How long an order waits for a customer who has to act. */
  readonly paymentHoldSeconds: number;
  readonly readCart: (database: RequestDatabase, customerId: string) => Promise<CartSnapshot>;
  readonly forgetCart: (customerId: string) => void;
  readonly metrics: CheckoutMetrics;
}

/** One request to check out. */
export interface CheckoutRequest {
  readonly body: CheckoutBody;
  /** The header If-Match: the order is meant for a cart with one of these entity tags. */
  readonly ifMatch: string | undefined;
  /** The customer’s, for mails. */
  readonly locale: string | null;
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
