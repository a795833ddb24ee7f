import Stripe from 'stripe';
import { type Declined, PaymentRejected } from '../payment-provider.ts';

/** Declines after which the same card may work later. Source: docs.stripe.com/declines/codes, "try again". */
const RETRYABLE: ReadonlySet<string> = new Set([
  'approve_with_id',
  'issuer_not_available',
  'processing_error',
  'reenter_transaction',
  'try_again_later',
]);

interface Decline {
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  readonly decline_code?: string | undefined;
}

/** Stripe writes the messages of card errors for customers. */
export const toDeclined = (decline: Decline | null | undefined): Declined => ({
  kind: 'declined',
  reason: decline?.message?.slice(0, 500) || 'The payment was declined.',
  isRetryable: RETRYABLE.has(decline?.decline_code ?? decline?.code ?? ''),
});

/** What was asked cannot be done, now or later. */
export const isInvalidRequest = (
  error: unknown,
): error is Stripe.errors.StripeInvalidRequestError =>
  error instanceof Stripe.errors.StripeInvalidRequestError;

/** An amount that Stripe takes from nobody, or a token that it does not know, is no fault of ours. */
const isAboutPayment = ({ code, param }: Stripe.errors.StripeInvalidRequestError): boolean =>
  code === 'amount_too_small' ||
  code === 'amount_too_large' ||
  param === 'payment_method' ||
  param === 'confirmation_token';

/** @returns undefined if the error does not say that the customer's payment was refused */
export function declinedBy(error: unknown): Declined | undefined {
  if (error instanceof Stripe.errors.StripeCardError) return toDeclined(error);
  return isInvalidRequest(error) && isAboutPayment(error)
    ? { kind: 'declined', reason: error.message, isRetryable: false }
    : undefined;
}

/**
 * Whether Stripe has surely not done what was asked: it refused the request before it began. After a lost connection,
 * an error of the server, or a request with the same key that is still running (409) nobody knows.
 *
 * Source: docs.stripe.com/error-low-level, and stripe-node's Error.ts.
 */
const isCertainFailure = (error: unknown): boolean =>
  isInvalidRequest(error) ||
  error instanceof Stripe.errors.StripeAuthenticationError ||
  error instanceof Stripe.errors.StripePermissionError ||
  error instanceof Stripe.errors.StripeRateLimitError;

export const rejectedIfCertain = (error: unknown): unknown =>
  isCertainFailure(error)
    ? new PaymentRejected('Stripe refused the request', { cause: error })
    : error;

/** The answer is the one that was kept for the key, so what it says is how the first request ended. */
export const isReplay = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && error.headers?.['idempotent-replayed'] === 'true';

/** The object is in a state in which this cannot be done (any more). */
export const isUnexpectedState = (error: unknown): boolean =>
  isInvalidRequest(error) &&
  (error.code === 'payment_intent_unexpected_state' || error.code === 'charge_already_refunded');
