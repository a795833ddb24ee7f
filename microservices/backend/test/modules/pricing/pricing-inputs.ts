// Random carts and rules, for property tests of the pricing engine.

import fc from 'fast-check';
import type {
  PricingInput,
  PricingRules,
  Promotion,
} from '../../../src/modules/pricing/engine/pricing-terms.ts';

/** The scales in which a currency of 0, 2 or 3 decimals can be counted: hundredths, and its own units. */
export const SMALLEST_UNITS = [
  ['JPY in hundredths', 100],
  ['JPY in yen', 1],
  ['USD in cents', 1],
  ['KWD in fils', 1],
  ['KWD in fils, to 5 fils', 5],
] as const;

const CATEGORIES = ['Books', 'Food', 'Tools'];
const PRODUCTS = ['a', 'b', 'c', 'd', 'e'];
const CODES = ['SPRING', 'SUMMER', 'AUTUMN'];
const rate = fc.oneof(
  fc.integer({ min: 0, max: 250_000 }),
  fc.constantFrom(0, 50_000, 70_000, 88_750, 99_750, 190_000, 500_000, 1_000_000),
);
const country = fc.constantFrom('', 'CA', 'DE', 'US');
const region = fc.constantFrom('', 'BC', 'CA');
const place = fc.record({ country, region });
const units = (max: number, smallestUnit: number) =>
  fc
    .oneof(fc.integer({ min: 0, max }), fc.integer({ min: 0, max: 30 }))
    .map((each) => each * smallestUnit);

const line = (smallestUnit: number) =>
  fc.record({
    productId: fc.constantFrom(...PRODUCTS),
    category: fc.constantFrom(...CATEGORIES),
    weightGrams: fc.integer({ min: 0, max: 5000 }),
    priceMinor: units(9_999_999, smallestUnit),
    quantity: fc.integer({ min: 1, max: 99 }),
  });

const option = (smallestUnit: number) =>
  fc.record({
    id: fc.constantFrom('standard', 'express', 'pickup'),
    name: fc.constant('Delivery'),
    places: fc.array(place, { maxLength: 2 }),
    tiersBy: fc.constantFrom('weight' as const, 'subtotal' as const),
    tiers: fc
      .uniqueArray(
        fc.record({
          from: fc.integer({ min: 0, max: 20_000 }),
          priceMinor: units(3000, smallestUnit),
        }),
        { minLength: 1, maxLength: 3, selector: (tier) => tier.from },
      )
      .map((tiers) => tiers.toSorted((a, b) => a.from - b.from)),
    max: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
    freeFromMinor: fc.option(units(100_000, smallestUnit)),
    taxCategory: fc.option(fc.constantFrom(...CATEGORIES)),
    days: fc.constant({ min: 2, max: 5 }),
  });

const effect = (smallestUnit: number): fc.Arbitrary<Promotion['effect']> =>
  fc.oneof(
    fc.record({
      kind: fc.constant('percentage' as const),
      rateMillionths: rate,
    }),
    fc.record({ kind: fc.constant('amount' as const), amountMinor: units(50_000, smallestUnit) }),
    fc.record({
      kind: fc.constant('free-delivery' as const),
      deliveryOptions: fc.subarray(['standard', 'express']),
    }),
    fc.record({
      kind: fc.constant('buy-x-get-y' as const),
      buy: fc.integer({ min: 1, max: 4 }),
      get: fc.integer({ min: 1, max: 3 }),
      rateMillionths: rate,
    }),
  );

const promotion = (smallestUnit: number): fc.Arbitrary<Promotion> =>
  fc.record({
    id: fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5'),
    name: fc.constant('A promotion'),
    codes: fc.subarray(CODES),
    effect: effect(smallestUnit),
    scope: fc.record({
      products: fc.subarray(PRODUCTS),
      categories: fc.subarray(CATEGORIES),
    }),
    minimumMinor: units(20_000, smallestUnit),
    from: fc.option(fc.constantFrom(900, 1000, 1001), { freq: 1 }),
    until: fc.option(fc.constantFrom(1000, 1001, 2000), { freq: 1 }),
    firstOrderOnly: fc.boolean(),
    limit: fc.option(fc.constant(5)),
    limitPerCustomer: fc.option(fc.integer({ min: 1, max: 2 })),
    isExclusive: fc.boolean(),
    priority: fc.integer({ min: 0, max: 3 }),
  });

const rules = (smallestUnit: number): fc.Arbitrary<PricingRules> =>
  fc.record({
    version: fc.constant(1),
    rounding: fc.constantFrom('half-up' as const, 'half-even' as const),
    taxRoundedPer: fc.constantFrom('line' as const, 'order' as const),
    markets: fc.uniqueArray(fc.record({ country, pricesIncludeTax: fc.boolean() }), {
      maxLength: 3,
      selector: (market) => market.country,
    }),
    taxes: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('GST', 'PST', 'VAT'),
        country,
        region,
        category: fc.constantFrom('', ...CATEGORIES),
        rateMillionths: rate,
      }),
      {
        maxLength: 8,
        selector: (rule) => [rule.name, rule.country, rule.region, rule.category].join('/'),
      },
    ),
    deliveryOptions: fc.uniqueArray(option(smallestUnit), {
      maxLength: 3,
      selector: ({ id }) => id,
    }),
    promotions: fc.uniqueArray(promotion(smallestUnit), { maxLength: 5, selector: ({ id }) => id }),
  });

export const pricingInput = (smallestUnit: number): fc.Arbitrary<PricingInput> =>
  fc.record({
    rules: rules(smallestUnit),
    smallestUnit: fc.constant(smallestUnit),
    lines: fc.array(line(smallestUnit), { maxLength: 6 }),
    destination: place,
    codes: fc.subarray(CODES),
    deliveryOption: fc.option(fc.constantFrom('standard', 'express'), { nil: undefined }),
    at: fc.constant(1000),
    standing: fc.record({
      hasOrdered: fc.boolean(),
      uses: fc.constantFrom(new Map(), new Map([['p1', 1]]), new Map([['p2', 2]])),
      usedUp: fc.constantFrom(new Set<string>(), new Set(['p1']), new Set(['p3'])),
    }),
  });
