import type { ShopConfig } from '../../config/config.ts';
import { computeTotals, type Totals } from '../pricing/totals.ts';
import type { CheckoutLine } from './checkout.queries.ts';

/** Why a cart cannot be ordered as it is. */
export type Refusal =
  | { readonly kind: 'cart-empty' }
  | { readonly kind: 'price-changed'; readonly lines: readonly CheckoutLine[] }
  | { readonly kind: 'out-of-stock'; readonly lines: readonly CheckoutLine[] }
  | {
      readonly kind: 'total-changed';
      readonly expectedMinor: number;
      readonly currentMinor: number;
    };

export type Assessment = Refusal | { readonly kind: 'orderable'; readonly totals: Totals };

/**
 * Whether these lines can be ordered: every price was shown to the customer, and all is in stock.
 *
 * @param expectedMinor the total that the customer was shown, if the request has one
 */
export function assess(
  lines: readonly CheckoutLine[],
  shop: ShopConfig,
  expectedMinor: number | undefined,
): Assessment {
  if (lines.length === 0) return { kind: 'cart-empty' };

  const repriced = lines.filter((line) => line.priceMinor !== line.currentPriceMinor);
  if (repriced.length > 0) return { kind: 'price-changed', lines: repriced };

  const totals = computeTotals(lines, shop);
  if (expectedMinor !== undefined && expectedMinor !== totals.total) {
    return { kind: 'total-changed', expectedMinor, currentMinor: totals.total };
  }

  const short = lines.filter((line) => line.quantity > line.available);
  return short.length > 0 ? { kind: 'out-of-stock', lines: short } : { kind: 'orderable', totals };
}
