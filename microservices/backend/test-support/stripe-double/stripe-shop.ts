import Stripe from 'stripe';
import { StripePaymentProvider } from '../../src/modules/payments/stripe/stripe-payment-provider.ts';

export const WEBHOOK_SECRET = 'whsec_for_tests';

interface Options {
  readonly captureMethod?: 'automatic' | 'manual';
  readonly webhookSecrets?: readonly string[];
  /** Through which all requests go. */
  readonly fetch?: typeof fetch;
}

/** The adapter on the double, without the pauses of the SDK's own retries. */
export function stripeOn(
  double: { readonly url: string },
  {
    captureMethod = 'automatic',
    webhookSecrets = [WEBHOOK_SECRET],
    fetch: by = fetch,
  }: Options = {},
): StripePaymentProvider {
  const { hostname, port } = new URL(double.url);
  const stripe = new Stripe('sk_test_double', {
    protocol: 'http',
    host: hostname,
    port,
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(by),
  });
  return new StripePaymentProvider(stripe, {
    publishableKey: 'pk_test_double',
    captureMethod,
    webhookSecrets,
  });
}
