import type Stripe from 'stripe';
import type { PaymentOutcome } from '../payment-provider.ts';
import { toDeclined } from './stripe-errors.ts';

/**
 * What a PaymentIntent's status means for an order. Source: docs.stripe.com/payments/paymentintents/lifecycle.
 *
 * @returns undefined if nothing was asked of it, or it was canceled
 */
export function outcomeOf(intent: Stripe.PaymentIntent): PaymentOutcome | undefined {
  const { id: reference, status, client_secret: clientSecret, last_payment_error: error } = intent;
  switch (status) {
    case 'succeeded':
      return { kind: 'captured', reference };
    case 'requires_capture':
      return { kind: 'authorized', reference };
    case 'processing':
      return { kind: 'pending', reference };
    case 'requires_action':
      return clientSecret
        ? { kind: 'requires-action', reference, clientSecret }
        : { kind: 'pending', reference };
    case 'requires_payment_method':
      // Without an error it has not been confirmed yet.
      return error ? toDeclined(error) : undefined;
    default:
      return undefined;
  }
}
