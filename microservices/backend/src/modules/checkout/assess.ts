import type { PricedCart } from '../pricing/engine/pricing-terms.ts';
import type { CheckoutLine } from './checkout.queries.ts';
import type { CheckoutBody } from './checkout.schemas.ts';
import { comparePrice, type PriceRefusal } from './quote/compare-quote.ts';
import { isRepriced, isShort, isWithdrawn } from './quote/line-issues.ts';

/** Why a cart cannot be ordered as it is. */
export type Refusal =
  | PriceRefusal
  | { readonly kind: 'cart-empty' }
  | {
      readonly kind: 'product-withdrawn' | 'price-changed' | 'out-of-stock';
      readonly lines: readonly CheckoutLine[];
    };

/**
 * Why these lines cannot be ordered: all must be sold and in stock, and cost what the customer was shown.
 *
 * @returns undefined if they can
 */
export function assess(
  lines: readonly CheckoutLine[],
  cart: PricedCart,
  body: CheckoutBody,
  currency: string,
): Refusal | undefined {
  if (lines.length === 0) return { kind: 'cart-empty' };

  const withdrawn = lines.filter(isWithdrawn);
  if (withdrawn.length > 0) return { kind: 'product-withdrawn', lines: withdrawn };

  const repriced = lines.filter(isRepriced);
  if (repriced.length > 0) return { kind: 'price-changed', lines: repriced };

  const refusal = comparePrice(body, currency, lines, cart);
  if (refusal) return refusal;

  const short = lines.filter(isShort);
  return short.length > 0 ? { kind: 'out-of-stock', lines: short } : undefined;
}
