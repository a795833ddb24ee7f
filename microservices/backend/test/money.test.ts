import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ShopConfig, toConfig } from '../src/config/config.ts';
import { readEnvironment } from '../src/config/read-environment.ts';
import { priceCart } from '../src/modules/pricing/engine/price-cart.ts';
import { settingsRules } from '../src/modules/pricing/rules/settings-rules.ts';
import {
  decimalFromMinor,
  isAmount,
  MAX_TOTAL,
  MAX_TOTAL_MINOR,
  minorFromDecimal,
  minorFromNumber,
  numberFromMinor,
} from '../src/money.ts';

const minorUnits = fc.integer({ min: 0, max: MAX_TOTAL_MINOR });

describe('an amount', () => {
  it('survives conversion to text and JSON and back', () => {
    fc.assert(
      fc.property(minorUnits, (minor) => {
        expect(minorFromDecimal(decimalFromMinor(minor))).toBe(minor);
        const json: number = JSON.parse(JSON.stringify(numberFromMinor(minor)));
        expect(isAmount(json)).toBe(true);
        expect(minorFromNumber(json)).toBe(minor);
      }),
    );
  });

  it('is read from every JSON number that the contract admits, without an error', () => {
    const numbers = fc.oneof(
      fc.double({ min: 0, max: MAX_TOTAL, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      minorUnits.map((minor) => minor / 100),
    );
    fc.assert(
      fc.property(numbers, (amount) => {
        const minor = minorFromNumber(amount);
        expect(Number.isSafeInteger(minor) && minor >= 0 && minor <= MAX_TOTAL_MINOR).toBe(true);
        if (isAmount(amount)) expect(Math.abs(minor / 100 - amount)).toBeLessThan(0.002);
      }),
    );
  });

  it('survives a sum in binary floating point', () => {
    const prices = fc.array(fc.integer({ min: 0, max: 9_999_999 }), { maxLength: 100 });
    fc.assert(
      fc.property(prices, (minors) => {
        const sum = minors.reduce((total, minor) => total + minor / 100, 0);
        expect(isAmount(sum)).toBe(true);
        expect(minorFromNumber(sum)).toBe(minors.reduce((total, minor) => total + minor, 0));
      }),
    );
  });

  it.each([
    [0.1 + 0.2, 30],
    [22.000000000000004, 2200],
    [1e-11, 0],
    [-0, 0],
    [1e2, 10_000],
    [MAX_TOTAL, MAX_TOTAL_MINOR],
  ])('%d is read as %i minor units', (amount, minor) => {
    expect([isAmount(amount), minorFromNumber(amount)]).toEqual([true, minor]);
  });

  it.each([0.001, 22.004, 22.00001, 1.005, 99_999_999.995, Number.NaN])('%d is no amount', (n) => {
    expect(isAmount(n)).toBe(false);
  });

  it.each([
    ['19.9', 1990],
    ['0', 0],
    ['0.07', 7],
    ['99999999.99', 9_999_999_999],
  ])('%s is %i minor units', (decimal, minor) => {
    expect(minorFromDecimal(decimal)).toBe(minor);
  });

  it.each(['', '-1', '1.234', '1e3', '.5', 'NaN', '99999999999999999'])('%s is refused', (text) => {
    expect(() => minorFromDecimal(text)).toThrow(RangeError);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])('%d minor units are refused', (minor) => {
    expect(() => decimalFromMinor(minor)).toThrow(RangeError);
  });
});

const shop: ShopConfig = {
  currency: 'USD',
  decimals: 2,
  taxRateMillionths: 82_500,
  shippingFlatMinor: 495,
  shippingFreeFromMinor: 5000,
  stockLowAt: 0,
};
const line = (priceMinor: number, quantity: number) => ({ priceMinor, quantity });

/** What an order costs in a shop without rules in its database. */
function computeTotals(
  lines: readonly { readonly priceMinor: number; readonly quantity: number }[],
  config: ShopConfig,
) {
  const { subtotal, discount, shipping, tax, total } = priceCart({
    rules: settingsRules(config),
    smallestUnit: 10 ** (2 - config.decimals),
    lines: lines.map((each) => ({ ...each, productId: 'p', category: 'c', weightGrams: 0 })),
    destination: { country: 'US', region: '' },
    codes: [],
    deliveryOption: undefined,
    at: 0,
    standing: { hasOrdered: false, uses: new Map(), usedUp: new Set() },
  });
  return { subtotal, discount, shipping, tax, total };
}

describe('totals', () => {
  it('include shipping below the free threshold, and tax on the goods', () => {
    expect(computeTotals([line(1000, 2), line(299, 1)], shop)).toEqual({
      subtotal: 2299,
      discount: 0,
      shipping: 495,
      tax: 190,
      total: 2984,
    });
  });

  it('have free shipping from the threshold on, and never without a threshold', () => {
    expect(computeTotals([line(4999, 1)], shop).shipping).toBe(495);
    expect(computeTotals([line(5000, 1)], shop).shipping).toBe(0);
    const never = { ...shop, shippingFreeFromMinor: null };
    expect(computeTotals([line(9_999_999, 1)], never).shipping).toBe(495);
  });

  it('round tax half up, once', () => {
    const half = { ...shop, taxRateMillionths: 100_000, shippingFlatMinor: 0 };
    expect(computeTotals([line(5, 1)], half).tax).toBe(1);
    expect(computeTotals([line(4, 1)], half).tax).toBe(0);
    expect(computeTotals([line(5, 1), line(5, 1)], half).tax).toBe(1);
  });

  it('are zero for an empty cart', () => {
    expect(computeTotals([], shop)).toMatchObject({ subtotal: 0, shipping: 0, tax: 0, total: 0 });
  });
});

describe('exact arithmetic', () => {
  it('taxes at rates with four decimals, in currencies with two decimals and with none', () => {
    const cases = fc.record({
      minor: fc.integer({ min: 0, max: 98_999_999_990_100 }),
      rate: fc.integer({ min: 0, max: 999_999 }),
      decimals: fc.constantFrom(0, 2) as fc.Arbitrary<0 | 2>,
    });
    fc.assert(
      fc.property(cases, ({ minor, rate, decimals }) => {
        const unit = decimals === 0 ? 100n : 1n;
        const { tax, total } = computeTotals([line(minor, 1)], {
          ...shop,
          decimals,
          taxRateMillionths: rate,
          shippingFlatMinor: 0,
        });
        // Half up: the tax is the multiple of the unit in (exact - unit / 2, exact + unit / 2].
        const twiceOff = 2n * (BigInt(tax) * 1_000_000n - BigInt(minor) * BigInt(rate));
        expect(twiceOff > -unit * 1_000_000n && twiceOff <= unit * 1_000_000n).toBe(true);
        expect(BigInt(tax) % unit).toBe(0n);
        expect(total).toBe(minor + tax);
      }),
    );
  });

  it.each([
    ['8.875', 2200, 195],
    ['9.975', 2200, 219],
    ['9.975', 10_000, 998],
    ['0.0001', 50_000_000, 50],
    ['99.9999', 100, 100],
  ])('taxes at %s %% on %i minor units with %i', (percent, minor, tax) => {
    const { shop: priced } = toConfig(
      readEnvironment({
        DATABASE_URL: 'postgres://host/db',
        CARTHUB_AUTH: 'off',
        TAX_RATE_PERCENT: percent,
      }),
    );
    expect(computeTotals([line(minor, 1)], priced).tax).toBe(tax);
  });

  it('always add up and stay exact for the largest cart', () => {
    const lines = fc.array(
      fc.record({
        priceMinor: fc.integer({ min: 0, max: 9_999_999_999 }),
        quantity: fc.integer({ min: 1, max: 99 }),
      }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(lines, (cart) => {
        const { subtotal, discount, shipping, tax, total } = computeTotals(cart, shop);
        expect(subtotal - discount + shipping + tax).toBe(total);
        expect(Number.isSafeInteger(total)).toBe(true);
        const exact = cart.reduce(
          (sum, { priceMinor, quantity }) => sum + BigInt(priceMinor) * BigInt(quantity),
          0n,
        );
        expect(BigInt(subtotal)).toBe(exact);
      }),
    );
  });
});
