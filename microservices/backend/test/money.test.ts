import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShopConfig } from '../src/config/config.ts';
import { computeTotals } from '../src/modules/pricing/totals.ts';
import {
  decimalFromMinor,
  minorFromDecimal,
  minorFromNumber,
  numberFromMinor,
} from '../src/money.ts';

const minorUnits = fc.integer({ min: 0, max: 10_000_000_000_000 });

describe('an amount', () => {
  it('survives conversion to text and JSON and back', () => {
    fc.assert(
      fc.property(minorUnits, (minor) => {
        expect(minorFromDecimal(decimalFromMinor(minor))).toBe(minor);
        const json: number = JSON.parse(JSON.stringify(numberFromMinor(minor)));
        expect(minorFromNumber(json)).toBe(minor);
      }),
    );
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

describe('totals', () => {
  const shop: ShopConfig = {
    currency: 'USD',
    taxBasisPoints: 825,
    shippingFlatMinor: 495,
    shippingFreeFromMinor: 5000,
  };
  const line = (priceMinor: number, quantity: number) => ({ priceMinor, quantity });

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
    const half = { ...shop, taxBasisPoints: 1000, shippingFlatMinor: 0 };
    expect(computeTotals([line(5, 1)], half).tax).toBe(1);
    expect(computeTotals([line(4, 1)], half).tax).toBe(0);
    expect(computeTotals([line(5, 1), line(5, 1)], half).tax).toBe(1);
  });

  it('are zero for an empty cart', () => {
    expect(computeTotals([], shop)).toMatchObject({ subtotal: 0, shipping: 0, tax: 0, total: 0 });
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
