import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceCart } from '../../../src/modules/pricing/engine/price-cart.ts';
import type {
  PricedCart,
  PricingInput,
  PricingRules,
  Promotion,
} from '../../../src/modules/pricing/engine/pricing-terms.ts';
import { pricingInput, SMALLEST_UNITS } from './pricing-inputs.ts';
import { oracle } from './pricing-oracle.ts';

const RUNS = { numRuns: 500 };
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe.each(SMALLEST_UNITS)('in %s', (_name, smallestUnit) => {
  it('prices any cart as exact fractions do', () => {
    fc.assert(
      fc.property(pricingInput(smallestUnit), (input) => {
        const priced = priceCart(input);
        const expected = oracle(input);
        expect({
          discountOfLines: priced.lines.map((line) => line.discount),
          shipping: priced.shipping,
          deliveryDiscount: priced.delivery?.discountMinor ?? 0,
          taxOfThings: [
            ...priced.lines.map((line) => line.tax),
            ...(priced.delivery?.option.taxCategory ? [priced.delivery.tax] : []),
          ],
          goodsAndDelivery: priced.subtotal - priced.discount + priced.shipping,
        }).toEqual(expected);
      }),
      RUNS,
    );
  });

  it('has totals that are the sums of lines, discounts, taxes and delivery', () => {
    fc.assert(
      fc.property(pricingInput(smallestUnit), (input) => {
        const priced = priceCart(input);
        expectSums(priced);
        const amounts = [
          ...Object.values(priced).filter((value) => typeof value === 'number'),
          ...priced.lines.flatMap((line) => Object.values(line)),
          ...priced.taxes.map(({ amountMinor }) => amountMinor),
        ];
        expect(amounts.filter((amount) => amount < 0 || amount % smallestUnit !== 0)).toEqual([]);
      }),
      RUNS,
    );
  });
});

function expectSums(priced: PricedCart): void {
  const { lines, discounts, taxes, delivery, taxIncluded } = priced;
  const ofLines = sum(lines.map((line) => line.total));
  const deliveryTax = delivery && !taxIncluded ? delivery.tax : 0;
  const ofDelivery = delivery ? delivery.priceMinor - delivery.discountMinor + deliveryTax : 0;
  expect(priced.total).toBe(ofLines + ofDelivery);
  expect(priced.total).toBe(priced.subtotal - priced.discount + priced.shipping + priced.tax);
  const taxSum = sum(lines.map((line) => line.tax)) + (delivery?.tax ?? 0);
  expect(sum(taxes.map(({ amountMinor }) => amountMinor))).toBe(taxSum);
  expect(priced.tax).toBe(taxIncluded ? 0 : taxSum);
  for (const [index, line] of lines.entries()) {
    const own = discounts.filter((discount) => discount.line === index);
    expect(line.discount).toBe(sum(own.map(({ amountMinor }) => amountMinor)));
  }
  expect(priced.discount).toBe(sum(discounts.map(({ amountMinor }) => amountMinor)));
}

const RULES: PricingRules = {
  version: 1,
  rounding: 'half-up',
  taxRoundedPer: 'line',
  markets: [],
  taxes: [],
  deliveryOptions: [],
  promotions: [],
};

const PROMOTION: Promotion = {
  id: 'p',
  name: 'A promotion',
  codes: [],
  effect: { kind: 'percentage', rateMillionths: 100_000 },
  scope: { products: [], categories: [] },
  minimumMinor: 0,
  from: null,
  until: null,
  firstOrderOnly: false,
  limit: null,
  limitPerCustomer: null,
  isExclusive: false,
  priority: 0,
};

const price = (
  prices: readonly number[],
  rules: Partial<PricingRules>,
  changes: Partial<PricingInput> = {},
): PricedCart =>
  priceCart({
    rules: { ...RULES, ...rules },
    smallestUnit: 1,
    lines: prices.map((priceMinor, index) => ({
      productId: `product-${index}`,
      category: index === 0 ? 'Books' : 'Tools',
      weightGrams: 500,
      priceMinor,
      quantity: 1,
    })),
    destination: { country: '', region: '' },
    codes: [],
    deliveryOption: undefined,
    at: 1000,
    standing: { hasOrdered: false, uses: new Map(), usedUp: new Set() },
    ...changes,
  });

const tax = (name: string, place: string, category: string, rateMillionths: number) => {
  const [country = '', region = ''] = place.split('-');
  return { name, country, region, category, rateMillionths };
};

describe('taxes', () => {
  const canada = [
    tax('GST', 'CA', '', 50_000),
    tax('PST', 'CA-BC', '', 70_000),
    tax('PST', 'CA-BC', 'Books', 0),
  ];

  it('adds up taxes of different names, and takes the most specific rate of each', () => {
    const { lines, taxes, total } = price(
      [1000, 1000],
      { taxes: canada },
      {
        destination: { country: 'CA', region: 'BC' },
      },
    );
    expect(lines.map((line) => line.tax)).toEqual([50, 120]);
    expect(taxes.map((each) => [each.name, each.amountMinor])).toEqual([
      ['GST', 100],
      ['PST', 70],
    ]);
    expect(total).toBe(2170);
  });

  it('tells taxes that the prices contain, and adds none', () => {
    const german = {
      taxes: [tax('VAT', 'DE', '', 190_000), tax('VAT', 'DE', 'Books', 70_000)],
      markets: [{ country: 'DE', pricesIncludeTax: true }],
    };
    const priced = price([1070, 1190], german, { destination: { country: 'DE', region: '' } });
    expect(priced).toMatchObject({ tax: 0, total: 2260, taxIncluded: true });
    expect(priced.taxes.map((each) => each.amountMinor)).toEqual([70, 190]);
  });

  it.each([
    ['half-up', 'line', 3 + 3],
    ['half-even', 'line', 2 + 2],
    ['half-up', 'order', 5],
  ] as const)('rounds 2.5 twice, %s per %s', (rounding, taxRoundedPer, expected) => {
    const taxes = [tax('VAT', '', '', 50_000)];
    expect(price([50, 50], { taxes, rounding, taxRoundedPer }).tax).toBe(expected);
  });
});

describe('promotions', () => {
  const off = (id: string, percent: number, changes: Partial<Promotion> = {}): Promotion => ({
    ...PROMOTION,
    id,
    effect: { kind: 'percentage', rateMillionths: percent * 10_000 },
    ...changes,
  });

  it('applies one after the other, each to what is left', () => {
    expect(price([1000], { promotions: [off('a', 10), off('b', 10)] }).total).toBe(810);
  });

  it('takes an exclusive one only if it leaves less to pay than all others together', () => {
    const others = [off('a', 10), off('b', 10)];
    const lesser = off('only', 19, { isExclusive: true, codes: ['ONLY'] });
    const greater = off('only', 20, { isExclusive: true, codes: ['ONLY'] });
    const codes = ['ONLY'];
    const kept = price([1000], { promotions: [...others, lesser] }, { codes });
    expect([kept.total, kept.codes[0]?.refusal]).toEqual([810, 'not-combined']);
    const taken = price([1000], { promotions: [...others, greater] }, { codes });
    expect([taken.total, taken.codes[0]?.refusal]).toEqual([800, null]);
  });

  it('gives the cheapest of three units for nothing', () => {
    const effect = { kind: 'buy-x-get-y', buy: 2, get: 1, rateMillionths: 1_000_000 } as const;
    const { lines } = price([300, 100, 200], { promotions: [{ ...PROMOTION, effect }] });
    expect(lines.map((line) => line.discount)).toEqual([0, 100, 0]);
  });

  const soldOut = { hasOrdered: true, uses: new Map([['p', 1]]), usedUp: new Set(['p']) };
  it.each([
    ['unknown-code', { codes: ['OTHER'] }, {}],
    ['not-yet-valid', { from: 1001 }, {}],
    ['expired', { until: 1000 }, {}],
    ['nothing-in-scope', { scope: { products: ['x'], categories: [] } }, {}],
    ['minimum-not-reached', { minimumMinor: 1001 }, {}],
    ['first-order-only', { firstOrderOnly: true }, { standing: soldOut }],
    ['used-by-customer', { limitPerCustomer: 1 }, { standing: soldOut }],
    ['used-up', { limit: 50 }, { standing: soldOut }],
    ['no-effect', { effect: { kind: 'free-delivery', deliveryOptions: [] } }, {}],
    [null, { minimumMinor: 1000, from: 1000, until: 1001 }, {}],
  ] as const)('tells %s of a code', (refusal, changes, input) => {
    const promotions = [{ ...PROMOTION, codes: ['CODE'], ...changes }];
    const priced = price([1000], { promotions }, { codes: ['CODE'], ...input });
    expect(priced.codes[0]?.refusal).toBe(refusal);
    expect(priced.discount > 0).toBe(refusal === null);
  });
});

describe('delivery', () => {
  const option = {
    id: 'parcel',
    name: 'Parcel',
    places: [{ country: 'US', region: '' }],
    tiersBy: 'weight' as const,
    tiers: [
      { from: 0, priceMinor: 495 },
      { from: 1000, priceMinor: 995 },
    ],
    max: 2000,
    freeFromMinor: 5000,
    taxCategory: null,
    days: null,
  };
  const us = { destination: { country: 'US', region: '' } };
  const rules = { deliveryOptions: [option] };

  it.each([
    [[1000], 495],
    [[1000, 1000], 995],
    [[5000], 0],
    [[4999], 495],
  ])('of %o costs %i', (prices, shipping) => {
    expect(price(prices, rules, us).shipping).toBe(shipping);
  });

  it('is not offered elsewhere, above its weight, or to a country that is not known', () => {
    expect(price([1000], rules).offers).toEqual([]);
    expect(price([1, 1, 1, 1, 1], rules, us).delivery).toBeNull();
  });

  it('is free by what goods cost after discounts', () => {
    expect(price([5000], { ...rules, promotions: [PROMOTION] }, us).shipping).toBe(495);
  });
});
