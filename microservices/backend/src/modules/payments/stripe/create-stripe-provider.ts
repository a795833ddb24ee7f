import Stripe from 'stripe';
import type { PaymentProvider } from '../payment-provider.ts';
import { StripePaymentProvider, type StripeSettings } from './stripe-payment-provider.ts';

/** What the code was written and tested for; an account's own default may be another. */
const API_VERSION = '2026-10-28.endive';
/** After lost connections, 409 and 5xx. Each request has an idempotency key, so a second one does nothing twice. */
const MAX_RETRIES = 2;

interface StripeOptions extends StripeSettings {
  readonly secretKey: string;
  /** A double of Stripe; undefined is Stripe itself. */
  readonly apiBase: string | undefined;
  /** Of one request; a checkout waits for all of them no longer than PAYMENT_TIMEOUT_MS. */
  readonly timeoutMs: number;
}

export function createStripeProvider(options: StripeOptions): PaymentProvider {
  const { secretKey, apiBase, timeoutMs } = options;
  const stripe = new Stripe(secretKey, {
    apiVersion: API_VERSION,
    maxNetworkRetries: MAX_RETRIES,
    timeout: timeoutMs,
    telemetry: false,
    ...(apiBase === undefined ? {} : baseOf(new URL(apiBase))),
  });
  return new StripePaymentProvider(stripe, options);
}

const baseOf = ({ protocol, hostname, port }: URL) => ({
  protocol: protocol === 'http:' ? ('http' as const) : ('https' as const),
  host: hostname,
  ...(port === '' ? {} : { port }),
});
