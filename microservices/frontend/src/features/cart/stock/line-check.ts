import type { CartLine, QuotedLine } from '../../../shared/api/types.ts';
import { MAX_QUANTITY } from '../state/cart-change.ts';

/** From how many units on the shopper is told how many are left. */
const MAX_LOW_STOCK = 5;

/** A line of the cart against the catalog and the stock of the last quote. */
export interface LineCheck {
  /** Units left; undefined until the first quote. */
  readonly available: number | undefined;
  /** The line holds more than is left. */
  readonly isShort: boolean;
  readonly isWithdrawn: boolean;
  /** The catalog's price, if the shopper has seen another. */
  readonly newPrice: number | undefined;
  /** The largest quantity that the shopper can choose. */
  readonly max: number;
}

const UNKNOWN: LineCheck = {
  available: undefined,
  isShort: false,
  isWithdrawn: false,
  newPrice: undefined,
  max: MAX_QUANTITY,
};

/** Compares what the page shows, which may be newer than the quote. */
export function checkLine(
  line: Pick<CartLine, 'price' | 'quantity'>,
  quoted: QuotedLine | undefined,
): LineCheck {
  if (!quoted) return UNKNOWN;
  const issues: readonly string[] = quoted.issues;
  const { available, current_price: price } = quoted;
  const isWithdrawn = issues.includes('product-withdrawn');
  return {
    available,
    isShort: line.quantity > available,
    isWithdrawn,
    newPrice: isWithdrawn || price === line.price ? undefined : price,
    max: Math.min(available, MAX_QUANTITY),
  };
}

/** Checkout would refuse the line as it is. */
export const hasIssue = ({ isShort, isWithdrawn, newPrice }: LineCheck): boolean =>
  isShort || isWithdrawn || newPrice !== undefined;

/** What the shopper is told about the stock; undefined while enough is left. */
export function stockText(
  { available, isShort, isWithdrawn }: LineCheck,
  quantity: number,
): string | undefined {
  if (isWithdrawn) return 'No longer sold. Remove it to order the rest.';
  if (available === undefined) return undefined;
  if (available <= 0) return 'Sold out. Remove it to order the rest.';
  if (isShort) return `Only ${available} left, but your cart has ${quantity}.`;
  const isLow = available <= MAX_LOW_STOCK || quantity >= available;
  return isLow ? `Only ${available} left` : undefined;
}
