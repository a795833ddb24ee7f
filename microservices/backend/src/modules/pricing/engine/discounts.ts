import { allocate } from './allocate.ts';
import type { PricedLine, Promotion, Scope } from './pricing-terms.ts';
import { type Precision, roundedQuotient, shareOf } from './rounding.ts';

export const isInScope = ({ products, categories }: Scope, line: PricedLine): boolean =>
  (products.length === 0 && categories.length === 0) ||
  products.includes(line.productId) ||
  categories.includes(line.category);

/**
 * What the promotion takes off each line.
 *
 * @param rest what each line costs after the promotions before it; none takes off more
 */
export function goodsDiscounts(
  { effect, scope }: Promotion,
  lines: readonly PricedLine[],
  rest: readonly number[],
  precision: Precision,
): number[] {
  const inScope = lines.map((line, index) => (isInScope(scope, line) ? (rest[index] ?? 0) : 0));
  switch (effect.kind) {
    case 'percentage':
      return inScope.map((amount) =>
        Math.min(amount, shareOf(amount, effect.rateMillionths, precision)),
      );
    case 'amount': {
      const sum = inScope.reduce((total, amount) => total + amount, 0);
      return allocate(Math.min(effect.amountMinor, sum), inScope, precision.smallestUnit);
    }
    case 'buy-x-get-y': {
      const reduced = reducedUnits(lines, scope, effect);
      return inScope.map((amount, index) => {
        const line = lines[index];
        const units = reduced[index] ?? 0;
        if (!line || units === 0) return 0;
        const dividend = BigInt(amount) * BigInt(units) * BigInt(effect.rateMillionths);
        const divisor = BigInt(line.quantity) * 1_000_000n;
        return Math.min(amount, roundedQuotient(dividend, divisor, precision));
      });
    }
    case 'free-delivery':
      return lines.map(() => 0);
  }
}

/** How many units of each line are reduced: the cheapest of the scope, of equals those of the first line. */
function reducedUnits(
  lines: readonly PricedLine[],
  scope: Scope,
  { buy, get }: { readonly buy: number; readonly get: number },
): number[] {
  const inScope = lines.map((line) => (isInScope(scope, line) ? line.quantity : 0));
  const units = inScope.reduce((sum, quantity) => sum + quantity, 0);
  let left = Math.floor(units / (buy + get)) * get;
  const reduced = lines.map(() => 0);
  const cheapest = lines
    .map((line, index) => ({ index, price: line.priceMinor }))
    .sort((a, b) => a.price - b.price || a.index - b.index);
  for (const { index } of cheapest) {
    const taken = Math.min(left, inScope[index] ?? 0);
    reduced[index] = taken;
    left -= taken;
  }
  return reduced;
}
