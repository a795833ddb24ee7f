/**
 * Terminology
 *   authorize   reserves an amount; no money moves.
 *   void        releases the reservation.
 *   capture     moves the reserved money when the goods leave; outside this service.
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

/** The interface to a payment provider. */
export interface PaymentProvider {
  readonly name: string;
  /** Rejects with the signal's reason when it is aborted before the provider has answered. */
  authorize(request: PaymentRequest, signal: AbortSignal): Promise<PaymentResult>;
  /** What became of an order whose answer was lost; undefined if the provider has authorized nothing for it. */
  find(orderId: string): Promise<{ readonly reference: string } | undefined>;
  /** Voids what was authorized for the order; succeeds if nothing was. */
  void(orderId: string): Promise<void>;
}
