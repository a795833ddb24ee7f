/**
 * The rules of a cart, without a database.
 *
 * Terminology
 *   change    what one request asks of a cart.
 *   outcome   the result of a change on a given cart: the new lines, or a refusal.
 */
import { CartLine } from './cart-line.ts';

/** Units of one product in a cart. */
const MIN_LINE_QUANTITY = 1;
export const MAX_LINE_QUANTITY = 99;
/** Different products in a cart. */
export const MAX_CART_LINES = 100;

/** In the order in which their products were added. */
export type Lines = readonly CartLine[];

/** The catalog's entry of a product; null if there is none. */
export type Product =
  | (Pick<CartLine, 'productName' | 'priceMinor' | 'imageUrl'> & { readonly isWithdrawn: boolean })
  | null;

export type Change =
  | {
      readonly kind: 'add';
      readonly productId: string;
      readonly quantity: number;
      /** The price that the customer was shown; undefined accepts the catalog's price unseen. */
      readonly shownMinor: number | undefined;
    }
  /** The line must exist. Commutes with other adjustments of the line, unlike `set`. */
  | {
      readonly kind: 'adjust';
      readonly productId: string;
      /** Added to the quantity; a decrease stops at 1. */
      readonly by: number;
      /** The catalog's price, which the customer accepts for the line; undefined keeps the line's price. */
      readonly shownMinor: number | undefined;
    }
  /** The line must exist; quantity 0 removes it. */
  | { readonly kind: 'set'; readonly productId: string; readonly quantity: number }
  | { readonly kind: 'remove'; readonly productId: string }
  | { readonly kind: 'clear' };

export type Outcome =
  | { readonly kind: 'changed'; readonly lines: Lines }
  | { readonly kind: 'unchanged' | 'product-not-found' | 'line-limit' | 'line-not-found' }
  | {
      readonly kind: 'price-changed' | 'product-withdrawn';
      readonly product: NonNullable<Product>;
    }
  | { readonly kind: 'quantity-limit'; readonly lineQuantity: number };

/** The product whose catalog entry decides the change; undefined for a change that needs none. */
export function pricedProduct(change: Change): string | undefined {
  if (change.kind === 'add') return change.productId;
  return change.kind === 'adjust' && change.shownMinor !== undefined ? change.productId : undefined;
}

/** @param product the catalog's entry of `pricedProduct(change)` */
export function decide(lines: Lines, change: Change, product: Product): Outcome {
  if (change.kind === 'add') return decideAdd(lines, change, product);
  if (change.kind === 'adjust') return decideAdjust(lines, change, product);
  if (change.kind === 'clear')
    return lines.length === 0 ? { kind: 'unchanged' } : { kind: 'changed', lines: [] };
  const quantity = change.kind === 'set' ? change.quantity : 0;
  const line = lineOf(lines, change.productId);
  if (!line) return { kind: change.kind === 'set' ? 'line-not-found' : 'unchanged' };
  if (line.quantity === quantity) return { kind: 'unchanged' };
  return { kind: 'changed', lines: withLine(lines, line.withQuantity(quantity)) };
}

function decideAdd(
  lines: Lines,
  { productId, quantity, shownMinor }: Extract<Change, { kind: 'add' }>,
  product: Product,
): Outcome {
  if (product === null) return { kind: 'product-not-found' };
  if (product.isWithdrawn) return { kind: 'product-withdrawn', product };
  if (shownMinor !== undefined && shownMinor !== product.priceMinor)
    return { kind: 'price-changed', product };
  const lineQuantity = lineOf(lines, productId)?.quantity ?? 0;
  if (lineQuantity + quantity > MAX_LINE_QUANTITY) return { kind: 'quantity-limit', lineQuantity };
  if (lineQuantity === 0 && lines.length >= MAX_CART_LINES) return { kind: 'line-limit' };
  const { productName, priceMinor, imageUrl } = product;
  const line = new CartLine(productId, productName, priceMinor, lineQuantity + quantity, imageUrl);
  return { kind: 'changed', lines: withLine(lines, line) };
}

function decideAdjust(
  lines: Lines,
  { productId, by, shownMinor }: Extract<Change, { kind: 'adjust' }>,
  product: Product,
): Outcome {
  const line = lineOf(lines, productId);
  if (!line) return { kind: 'line-not-found' };
  const quantity = Math.max(line.quantity + by, MIN_LINE_QUANTITY);
  if (quantity > MAX_LINE_QUANTITY) return { kind: 'quantity-limit', lineQuantity: line.quantity };
  if (shownMinor === undefined) return withChanged(lines, line, line.withQuantity(quantity));
  if (product === null) return { kind: 'product-not-found' };
  if (product.isWithdrawn) return { kind: 'product-withdrawn', product };
  if (shownMinor !== product.priceMinor) return { kind: 'price-changed', product };
  const { productName, priceMinor, imageUrl } = product;
  const priced = new CartLine(productId, productName, priceMinor, quantity, imageUrl);
  return withChanged(lines, line, priced);
}

function withChanged(lines: Lines, before: CartLine, after: CartLine): Outcome {
  const isSame = before.quantity === after.quantity && before.priceMinor === after.priceMinor;
  return isSame ? { kind: 'unchanged' } : { kind: 'changed', lines: withLine(lines, after) };
}

export const lineOf = (lines: Lines, productId: string): CartLine | undefined =>
  lines.find((line) => line.productId === productId);

/** Replaces the product's line or appends it; quantity 0 removes it. */
function withLine(lines: Lines, line: CartLine): Lines {
  const index = lines.findIndex(({ productId }) => productId === line.productId);
  if (line.quantity === 0) return lines.toSpliced(index, 1);
  return index === -1 ? [...lines, line] : lines.with(index, line);
}

/** The lines to write and to delete to turn `before` into `after`. */
export function difference(before: Lines, after: Lines): { put: Lines; removed: Lines } {
  if (before === after) return { put: [], removed: [] };
  // Fast path: most changes keep the order of the lines, so no sets have to be built.
  if (before.every(({ productId }, index) => after[index]?.productId === productId))
    return { put: after.filter((line, index) => line !== before[index]), removed: [] };
  const kept = new Set(before);
  const ids = new Set(after.map(({ productId }) => productId));
  return {
    put: after.filter((line) => !kept.has(line)),
    removed: before.filter(({ productId }) => !ids.has(productId)),
  };
}
