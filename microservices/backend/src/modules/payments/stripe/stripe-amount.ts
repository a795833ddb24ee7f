import { PaymentRejected } from '../payment-provider.ts';

/**
 * Where Stripe counts otherwise than ISO 4217: a factor for our minor units.
 *
 * - ISK and UGX have no decimals, but are given with two, which are zero.
 * - MGA has no decimals at Stripe.
 * - HUF and TWD are charged with two decimals as in ISO 4217; they are whole in manual payouts only.
 *
 * Source: docs.stripe.com/currencies, "Zero-decimal currencies" and "Special cases".
 */
const FACTORS: Readonly<Record<string, number>> = { ISK: 100, UGX: 100, MGA: 1 / 100 };

/** Their last digit must be zero (the same page, "Three-decimal currencies"). */
const THREE_DECIMALS: ReadonlySet<string> = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** The amount as Stripe takes it. @throws PaymentRejected if Stripe cannot charge it */
export function toStripeAmount(amountMinor: number, currency: string): number {
  const amount = divided(amountMinor, FACTORS[currency] ?? 1);
  const isWhole = Number.isSafeInteger(amount);
  if (!isWhole || (THREE_DECIMALS.has(currency) && amount % 10 !== 0)) {
    throw new PaymentRejected(`Stripe cannot charge ${amountMinor} minor units of ${currency}`);
  }
  return amount;
}

/** Without the error of a multiplication by a fraction. */
const divided = (amount: number, factor: number): number =>
  factor < 1 ? amount / Math.round(1 / factor) : amount * factor;
