import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimalsOf } from '../../../src/config/currencies.ts';
import { PaymentRejected } from '../../../src/modules/payments/payment-provider.ts';
import { toStripeAmount } from '../../../src/modules/payments/stripe/stripe-amount.ts';

it.each([
  ['USD', 1099, 1099],
  ['EUR', 1, 1],
  ['JPY', 500, 500],
  ['KRW', 1, 1],
  // Zero decimals, given with two.
  ['ISK', 5, 500],
  ['UGX', 5, 500],
  // Two decimals in ISO 4217, none at Stripe.
  ['MGA', 1200, 12],
  // Whole in payouts only.
  ['HUF', 1099, 1099],
  ['TWD', 80_050, 80_050],
  ['KWD', 5120, 5120],
  ['USD', 99_999_999_999_999, 99_999_999_999_999],
])('%s of %i minor units is %i for Stripe', (currency, minor, expected) => {
  expect(toStripeAmount(minor, currency)).toBe(expected);
});

it.each([
  ['KWD', 5124],
  ['TND', 1],
  ['MGA', 1250],
  ['MGA', 1],
  ['ISK', Number.MAX_SAFE_INTEGER],
])('%s of %i minor units is refused before Stripe is asked', (currency, minor) => {
  expect(() => toStripeAmount(minor, currency)).toThrow(PaymentRejected);
});

it('never charges a fraction or another amount, in any currency', () => {
  const currency = fc.constantFrom('USD', 'JPY', 'ISK', 'UGX', 'HUF', 'TWD', 'MGA', 'EUR', 'CLP');
  fc.assert(
    fc.property(currency, fc.integer({ min: 0, max: 99_999_999 }), (code, units) => {
      // A whole number of units.
      const minor = units * 10 ** (decimalsOf(code) ?? 2);
      const amount = toStripeAmount(minor, code);
      expect(amount).toBe(units * (['JPY', 'CLP', 'MGA'].includes(code) ? 1 : 100));
    }),
  );
});
