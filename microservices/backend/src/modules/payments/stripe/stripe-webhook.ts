import Stripe from 'stripe';
import type { Webhook, WebhookMessage } from '../payment-provider.ts';

/** How old a signature may be: Stripe's own default. A retry is signed anew. */
const TOLERANCE_SECONDS = 300;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Source: docs.stripe.com/webhooks#verify-official-libraries and #roll-endpoint-secrets. */
export function readStripeWebhook(
  stripe: Stripe,
  secrets: readonly string[],
  { body, headers }: Webhook,
): WebhookMessage {
  const event = verifiedEvent(stripe, secrets, body, headers['stripe-signature']);
  if (!event) return { kind: 'forged' };
  if (!event.type.startsWith('payment_intent.')) return { kind: 'other' };
  const { metadata } = Object(event.data.object);
  const { order_id: orderId, customer_id: customerId } = Object(metadata);
  // The account may have PaymentIntents of others.
  if (typeof orderId !== 'string' || typeof customerId !== 'string') return { kind: 'other' };
  return UUID.test(orderId) && customerId !== ''
    ? { kind: 'payment', customerId, orderId }
    : { kind: 'other' };
}

function verifiedEvent(
  stripe: Stripe,
  secrets: readonly string[],
  body: Buffer,
  signature: string | string[] | undefined,
): Stripe.Event | undefined {
  if (typeof signature !== 'string') return undefined;
  for (const secret of secrets) {
    try {
      return stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) continue;
      // Signed, but no JSON: constructEvent parses after it has verified.
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
  return undefined;
}
