import { hasDecimals } from '../lib/format.ts';

/**
 * Of the currencies that the shop can sell in, those that Stripe counts otherwise than ISO 4217, as the backend's
 * Stripe adapter does: the amounts of form and charge must be equal.
 *
 * Source: docs.stripe.com/currencies, "Zero-decimal currencies" and "Special cases".
 */
const UNITS: Readonly<Record<string, number>> = { ISK: 100, UGX: 100, MGA: 1 };

/** In Stripe's smallest unit of the currency, of which its form needs at least one. */
export function toStripeAmount(total: number, currency: string): number {
  const units = UNITS[currency] ?? (hasDecimals(currency) ? 100 : 1);
  return Math.max(1, Math.round(total * units));
}
