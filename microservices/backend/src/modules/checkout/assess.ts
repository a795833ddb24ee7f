import type { ShopConfig } from '../../config/config.ts';
import { MAX_TOTAL_MINOR } from '../../money.ts';
import { computeTotals, type Totals } from '../pricing/totals.ts';
import type { CheckoutLine } from './checkout.queries.ts';
import type { LineIssue } from './checkout.schemas.ts';

/** Why a cart cannot be ordered as it is. */
export type Refusal =
  | { readonly kind: 'cart-empty' | 'total-limit' }
  | {
      readonly kind: 'product-withdrawn' | 'price-changed' | 'out-of-stock';
      readonly lines: readonly CheckoutLine[];
    }
  | {
      readonly kind: 'total-changed';
      readonly expectedMinor: number;
      readonly currentMinor: number;
    };

interface Orderable {
  readonly kind: 'orderable';
  readonly totals: Totals;
  readonly lines: readonly CheckoutLine[];
}

export type Assessment = Refusal | Orderable;

/**
 * Whether these lines can be ordered: all is sold and in stock, and every price was shown to the customer.
 *
 * @param expectedMinor the total that the customer was shown, if the request has one
 */
export function assess(
  lines: readonly CheckoutLine[],
  shop: ShopConfig,
  expectedMinor: number | undefined,
): Assessment {
  if (lines.length === 0) return { kind: 'cart-empty' };

  const withdrawn = lines.filter(isWithdrawn);
  if (withdrawn.length > 0) return { kind: 'product-withdrawn', lines: withdrawn };

  const repriced = lines.filter(isRepriced);
  if (repriced.length > 0) return { kind: 'price-changed', lines: repriced };

  const totals = computeTotals(lines, shop);
  if (totals.total > MAX_TOTAL_MINOR) return { kind: 'total-limit' };
  if (expectedMinor !== undefined && expectedMinor !== totals.total) {
    return { kind: 'total-changed', expectedMinor, currentMinor: totals.total };
  }

  const short = lines.filter(isShort);
  return short.length > 0
    ? { kind: 'out-of-stock', lines: short }
    : { kind: 'orderable', totals, lines };
}

/** Why a checkout would refuse this line, all reasons at once. Price and stock of a withdrawn product are no matter. */
export function issuesOf(line: CheckoutLine): LineIssue[] {
  if (isWithdrawn(line)) return ['product-withdrawn'];
  return [
    ...(isRepriced(line) ? (['price-changed'] as const) : []),
    ...(isShort(line) ? (['out-of-stock'] as const) : []),
  ];
}

const isWithdrawn = (line: CheckoutLine): boolean => line.isWithdrawn;
const isRepriced = (line: CheckoutLine): boolean => line.priceMinor !== line.currentPriceMinor;
export const isShort = (line: CheckoutLine): boolean => line.quantity > line.available;
