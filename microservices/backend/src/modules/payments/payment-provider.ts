/**
 * Terminology
 *   authorise   the provider promises an amount; no money moves.
 *   void        the promise is given back.
 *   capture     the promised money moves; when the goods leave, outside this service.
 */

export interface PaymentRequest {
  /** The order that is paid; providers treat a second request with the same one as the same. */
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** The customer's means of payment, as the provider's own page or library named it. */
  readonly paymentMethod: string;
}

type PaymentResult =
  | { readonly kind: 'authorized'; readonly reference: string }
  | { readonly kind: 'declined'; readonly reason: string };

/** The port to the payment provider. */
export interface PaymentProvider {
  readonly name: string;
  /** Rejects with the signal's reason when it is aborted before the provider has answered. */
  authorize(request: PaymentRequest, signal: AbortSignal): Promise<PaymentResult>;
  /** Gives back whatever was authorised for the order; well if nothing was. */
  void(orderId: string): Promise<void>;
}
