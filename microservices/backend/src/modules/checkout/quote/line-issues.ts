import type { CheckoutLine } from '../checkout.queries.ts';
import type { LineIssue } from './quote.schemas.ts';

/** Why a checkout would refuse this line, all reasons at once. Price and stock of a withdrawn product are no matter. */
export function issuesOf(line: CheckoutLine): LineIssue[] {
  if (isWithdrawn(line)) return ['product-withdrawn'];
  return [
    ...(isRepriced(line) ? (['price-changed'] as const) : []),
    ...(isShort(line) ? (['out-of-stock'] as const) : []),
  ];
}

export const isWithdrawn = (line: CheckoutLine): boolean => line.isWithdrawn;
export const isRepriced = (line: CheckoutLine): boolean =>
  line.priceMinor !== line.currentPriceMinor;
export const isShort = (line: CheckoutLine): boolean => line.quantity > line.available;
