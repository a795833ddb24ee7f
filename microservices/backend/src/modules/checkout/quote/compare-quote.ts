import { MAX_TOTAL_MINOR, minorFromNumber, numberFromMinor } from '../../../money.ts';
import type { Destination, PricedCart } from '../../pricing/engine/pricing-terms.ts';
import { quoteId } from '../../pricing/quote-id.ts';
import type { CheckoutBody } from '../checkout.schemas.ts';
import { codesOf } from './quote-response.ts';

interface QuotedLine {
  readonly productId: string;
  readonly productName: string;
  readonly priceMinor: number;
  readonly quantity: number;
}

/** What a line costs, or cost when it was shown; null: it is not in the order, or nobody says. */
interface LineChange {
  readonly product_id: string;
  readonly product_name: string;
  readonly shown: { readonly quantity: number; readonly total: number } | null;
  readonly current: { readonly quantity: number; readonly total: number } | null;
}

/** Why the order cannot cost this. */
export type PriceRefusal =
  | { readonly kind: 'total-limit' | 'delivery-unavailable' }
  | {
      readonly kind: 'quote-changed';
      readonly quoteId: string;
      readonly lines: readonly LineChange[];
      readonly shownTotal: number | null;
      readonly currentTotal: number;
    }
  | {
      readonly kind: 'total-changed';
      readonly expectedMinor: number;
      readonly currentMinor: number;
    }
  | { readonly kind: 'code-refused'; readonly codes: ReturnType<typeof codesOf> };

export const destinationOf = (country: string | undefined, region?: string): Destination => ({
  country: country ?? '',
  region: region?.trim().toUpperCase() ?? '',
});

/**
 * Compares a price with what the customer was shown. Codes that do not apply are refused only if nothing was: who has
 * seen the total knows it.
 */
export function comparePrice(
  { quote_id, shown, expected_total }: CheckoutBody,
  currency: string,
  lines: readonly QuotedLine[],
  cart: PricedCart,
): PriceRefusal | undefined {
  if (cart.total > MAX_TOTAL_MINOR) return { kind: 'total-limit' };
  if (lines.length > 0 && !cart.delivery) return { kind: 'delivery-unavailable' };
  if (quote_id !== undefined) {
    const current = quoteId(currency, lines, cart);
    if (current !== quote_id) {
      return {
        kind: 'quote-changed',
        quoteId: current,
        lines: changesOf(shown, lines, cart),
        shownTotal: shown?.total ?? null,
        currentTotal: numberFromMinor(cart.total),
      };
    }
  }
  if (expected_total !== undefined) {
    const expectedMinor = minorFromNumber(expected_total);
    if (expectedMinor !== cart.total)
      return { kind: 'total-changed', expectedMinor, currentMinor: cart.total };
  }
  const isShown = quote_id !== undefined || expected_total !== undefined;
  const codes = codesOf(cart).filter(({ reason }) => reason !== null);
  return isShown || codes.length === 0 ? undefined : { kind: 'code-refused', codes };
}

/** The lines that differ; all of them if the request does not say what was shown. */
function changesOf(
  shown: CheckoutBody['shown'],
  lines: readonly QuotedLine[],
  cart: PricedCart,
): LineChange[] {
  const old = new Map(shown?.lines.map((line) => [line.product_id, line]));
  const current = lines.map(({ productId, productName, quantity }, index): LineChange => {
    const was = old.get(productId);
    return {
      product_id: productId,
      product_name: productName,
      shown: was ? { quantity: was.quantity, total: was.total } : null,
      current: { quantity, total: numberFromMinor(cart.lines[index]?.total ?? 0) },
    };
  });
  const present = new Set(lines.map(({ productId }) => productId));
  const gone = [...old.values()]
    .filter(({ product_id }) => !present.has(product_id))
    .map(
      ({ product_id, quantity, total }): LineChange => ({
        product_id,
        product_name: '',
        shown: { quantity, total },
        current: null,
      }),
    );
  return [...current, ...gone].filter(
    (line) =>
      line.shown?.quantity !== line.current?.quantity || line.shown?.total !== line.current?.total,
  );
}
