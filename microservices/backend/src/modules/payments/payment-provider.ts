/**
 * Terminology
 *   authorize   reserves an amount; no money moves.
 *   void        releases the reservation.
 *   capture     moves the reserved money, before the goods leave.
 *   refund      moves captured money back, in part or whole.
 */

export interface PaymentRequest {
  /** The order to pay; a second request for the same order is the same authorization. */
  readonly orderId: string;
  /** In the currency's own minor units, as providers count: cents of USD, whole JPY. */
  readonly amountMinor: number;
  readonly currency: string;
  /** The customer's means of payment: a token of the provider's page or library. */
  readonly paymentMethod: string;
}

type PaymentResult =
  | { readonly kind: 'authorized'; readonly reference: string }
  | { readonly kind: 'declined'; readonly reason: string };

/** What a provider needs to name a payment again, even if its answer was lost. */
export interface Payment {
  readonly customerId: string;
  readonly orderId: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** In the currency's own minor units (ISO 4217): cents of USD, whole JPY. */
  readonly amountMinor: number;
  readonly currency: string;
  /** The provider's name for it; null if it is not known. */
  readonly reference: string | null;
}

export interface Refund {
  /** A second refund with the same key is the same refund. */
  readonly key: string;
  /** In the currency's own minor units, at most what was taken and not refunded. */
  readonly amountMinor: number;
}

export type CaptureOutcome =
  | { readonly kind: 'captured'; readonly reference: string }
  | { readonly kind: 'declined'; readonly reason: string };

export type RefundOutcome =
  | { readonly kind: 'refunded' | 'pending'; readonly reference: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** The interface to a payment provider. */
export interface PaymentProvider {
  readonly name: string;
  /** Rejects with the signal's reason when it is aborted before the provider has answered. */
  authorize(request: PaymentRequest, signal: AbortSignal): Promise<PaymentResult>;
  /** What became of an order whose answer was lost; undefined if the provider has authorized nothing for it. */
  find(orderId: string): Promise<{ readonly reference: string } | undefined>;
  /** Takes the whole reserved amount; succeeds if that was done before. */
  capture(payment: Payment): Promise<CaptureOutcome>;
  refund(payment: Payment, refund: Refund): Promise<RefundOutcome>;
  /** Voids what was authorized for the order, or gives back what was captured; succeeds if nothing was. */
  void(orderId: string): Promise<void>;
}
