/**
 * What orders need of a payment provider after they were paid. A call that is repeated has the same effect and answer,
 * however often and from whichever process it is made; an error says nothing about what was done.
 */
export interface OrderPayments {
  /** The whole amount. */
  capture(payment: PaymentOfOrder): Promise<CaptureAnswer>;
  /** Releases what was authorized, and gives back what was captured; succeeds if nothing was. */
  void(payment: PaymentOfOrder): Promise<void>;
  refund(payment: PaymentOfOrder, refund: RefundOfOrder): Promise<RefundAnswer>;
}

export interface PaymentOfOrder {
  readonly customerId: string;
  readonly orderId: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** In the currency's own minor units (ISO 4217): cents of USD, whole JPY. */
  readonly amountMinor: number;
  readonly currency: string;
  /** The provider's name for it. */
  readonly reference: string | null;
  /** When the order was placed. */
  readonly placedAt: Date;
}

interface RefundOfOrder {
  /** A second refund with the same key is the same refund. */
  readonly key: string;
  /** In the currency's own minor units. */
  readonly amountMinor: number;
}

type CaptureAnswer =
  | { readonly kind: 'authorized' | 'captured'; readonly reference: string }
  | { readonly kind: 'declined'; readonly reason: string };

type RefundAnswer =
  | { readonly kind: 'refunded' | 'pending'; readonly reference: string }
  | { readonly kind: 'failed'; readonly reason: string };
