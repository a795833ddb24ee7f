import { allocate } from './allocate.ts';
import type { Destination, Place, PricingRules, TaxAmount, TaxRule } from './pricing-terms.ts';
import { MILLION, type Precision, roundedQuotient } from './rounding.ts';

/** Something that is taxed: a line or the delivery. */
export interface Taxable {
  readonly category: string;
  /** After discounts. */
  readonly amountMinor: number;
}

export const isIn = ({ country, region }: Destination, place: Place): boolean =>
  (place.country === '' || place.country === country) &&
  (place.region === '' || place.region === region);

/** The place counts first: a rule of the region, then of the country, then of everywhere; then the category. */
const specificity = (rule: TaxRule): number =>
  (rule.region === '' ? 0 : 4) + (rule.country === '' ? 0 : 2) + (rule.category === '' ? 0 : 1);

/** For each tax the most specific rule, by name; without those of 0 %. */
function taxesOf(rules: readonly TaxRule[], destination: Destination, category: string): TaxRule[] {
  const chosen = new Map<string, TaxRule>();
  for (const rule of rules) {
    if (!isIn(destination, rule) || (rule.category !== '' && rule.category !== category)) continue;
    const known = chosen.get(rule.name);
    if (!known || specificity(rule) > specificity(known)) chosen.set(rule.name, rule);
  }
  return [...chosen.values()]
    .filter(({ rateMillionths }) => rateMillionths > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const isTaxIncluded = ({ markets }: PricingRules, { country }: Destination): boolean =>
  (
    markets.find((market) => market.country === country) ??
    markets.find((market) => market.country === '')
  )?.pricesIncludeTax ?? false;

interface Group {
  readonly taxes: readonly TaxRule[];
  readonly members: number[];
}

/**
 * The taxes of each thing, rounded once per line or once per group of the same rates; then the rounded amount is
 * allocated to the things, and of each to its taxes, by largest remainder.
 */
export function computeTaxes(
  things: readonly Taxable[],
  rules: PricingRules,
  destination: Destination,
  precision: Precision,
): TaxAmount[][] {
  const result: TaxAmount[][] = things.map(() => []);
  const isIncluded = isTaxIncluded(rules, destination);
  for (const { taxes, members } of groupsOf(things, rules, destination)) {
    const rates = taxes.map(({ rateMillionths }) => rateMillionths);
    const rate = BigInt(rates.reduce((sum, each) => sum + each, 0));
    const amounts = members.map((index) => things[index]?.amountMinor ?? 0);
    const base = amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);
    const divisor = isIncluded ? MILLION + rate : MILLION;
    const tax = roundedQuotient(base * rate, divisor, precision);
    const shares = allocate(tax, amounts, precision.smallestUnit);
    for (const [position, index] of members.entries()) {
      const parts = allocate(shares[position] ?? 0, rates, precision.smallestUnit);
      result[index] = taxes.map(({ name, rateMillionths }, part) => ({
        name,
        rateMillionths,
        amountMinor: parts[part] ?? 0,
      }));
    }
  }
  return result;
}

function groupsOf(
  things: readonly Taxable[],
  { taxes: rules, taxRoundedPer }: PricingRules,
  destination: Destination,
): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const [index, { category }] of things.entries()) {
    const taxes = taxesOf(rules, destination, category);
    if (taxes.length === 0) continue;
    const rates = taxes.map(({ name, rateMillionths }) => [name, rateMillionths]);
    const key = taxRoundedPer === 'line' ? String(index) : JSON.stringify(rates);
    const group = groups.get(key) ?? { taxes, members: [] };
    group.members.push(index);
    groups.set(key, group);
  }
  return groups.values();
}

/** The sum of each tax at each rate, in the order of their first appearance. */
export function sumTaxes(amounts: readonly TaxAmount[]): TaxAmount[] {
  const sums = new Map<string, TaxAmount>();
  for (const { name, rateMillionths, amountMinor } of amounts) {
    const key = `${rateMillionths} ${name}`;
    const sum = (sums.get(key)?.amountMinor ?? 0) + amountMinor;
    sums.set(key, { name, rateMillionths, amountMinor: sum });
  }
  return [...sums.values()];
}
