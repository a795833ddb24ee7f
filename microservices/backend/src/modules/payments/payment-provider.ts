/**
 * Terminology
 *   payment     one attempt to pay an order. Its name at the provider (idempotency key) is made of order and attempt.
 *   authorize   reserves the amount, or takes it at once if the provider is set up so.
 *   capture     takes a reserved amount, when the goods leave.
 *   void        ends a payment so that nothing is taken: releases what is reserved, gives back what is taken.
 *   refund      gives back a part of what was taken, or all of it.
 */

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
  /** When the order was placed. */
  readonly placedAt: Date;
}

export interface PaymentRequest extends Payment {
  /** The customer's means of payment: a token of the provider's page or library. */
  readonly paymentMethod: string;
}

/** The provider keeps the amount for us, or has taken it. */
export interface Paid {
  readonly kind: 'authorized' | 'captured';
  readonly reference: string;
}

/** The customer has to prove who they are, on the page, with this secret. */
interface RequiresAction {
  readonly kind: 'requires-action';
  readonly reference: string;
  readonly clientSecret: string;
}

/** The provider will tell later. */
interface Undecided {
  readonly kind: 'pending';
  readonly reference: string;
}

export type AwaitedPayment = RequiresAction | Undecided;

export interface Declined {
  readonly kind: 'declined';
  /** For the customer. */
  readonly reason: string;
  /** Whether the same means of payment may work later. */
  readonly isRetryable: boolean;
}

export type PaymentOutcome = Paid | AwaitedPayment | Declined;

export interface Refund {
  /** A second refund with the same key is the same refund. */
  readonly key: string;
  /** In the currency's own minor units, at most what was taken and not refunded. */
  readonly amountMinor: number;
}

export type RefundOutcome =
  | { readonly kind: 'refunded' | 'pending'; readonly reference: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** What a webhook says: which payment to ask about. Its content is not believed, so that late, repeated and replayed ones do no harm. */
export type WebhookMessage =
  | { readonly kind: 'payment'; readonly customerId: string; readonly orderId: string }
  /** Genuine, but about nothing of ours. */
  | { readonly kind: 'other' }
  | { readonly kind: 'forged' };

/** A webhook as it came in. */
export interface Webhook {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What the page needs to collect a means of payment. */
interface PageSettings {
  readonly publishableKey: string | null;
  /** Whether the money is taken at once. */
  readonly captureMethod: 'automatic' | 'manual' | null;
}

/** The provider has surely done nothing: it refused the request, or was never reached. */
export class PaymentRejected extends Error {
  override readonly name = 'PaymentRejected';
}

/**
 * The interface to a payment provider. Methods reject with PaymentRejected if nothing was done for sure; with any other
 * error nobody knows, and `find` tells.
 */
export interface PaymentProvider {
  readonly name: string;
  readonly page: PageSettings;
  /** Rejects with the signal's reason when it is aborted before the provider has answered. */
  authorize(request: PaymentRequest, signal: AbortSignal): Promise<PaymentOutcome>;
  /** After the customer has proved who they are, by their own word. @returns undefined if there is no such payment */
  confirm(payment: Payment): Promise<PaymentOutcome | undefined>;
  /** What became of a payment; undefined if nothing was asked of the provider, or it was voided. */
  find(payment: Payment): Promise<PaymentOutcome | undefined>;
  /** Takes the whole reserved amount; succeeds if that was done before. */
  capture(payment: Payment): Promise<Paid | Declined>;
  /** Afterwards the payment takes nothing, whatever arrives late; succeeds if there is none. */
  void(payment: Payment): Promise<void>;
  refund(payment: Payment, refund: Refund): Promise<RefundOutcome>;
  parseWebhook(webhook: Webhook): WebhookMessage;
  /** For a provider in this process: where it delivers its webhooks. */
  connect?(deliver: (webhook: Webhook) => Promise<void>): void;
}
