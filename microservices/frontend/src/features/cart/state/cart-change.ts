import type { ShownProduct } from '../api/add-cart-item.ts';

/**
 * Terminology
 *   change           something the shopper did to the cart; pending until the server has responded.
 *   relative         means the same in any order with changes from other tabs: `add` and `adjust`. The
 *                    server applies each once, by its idempotency key.
 *   conditional      is sent with If-Match for the cart that the shopper saw, and decided again on the cart
 *                    that another tab has made of it: `reduce`, `remove` and `clear`.
 *   optimistic cart  the server's cart with the pending changes applied, shown at once.
 */
export type CartChange =
  | { readonly kind: 'add'; readonly product: ShownProduct; readonly quantity: number }
  /** The buttons + and −. A decrease stops at 1. */
  | { readonly kind: 'adjust'; readonly productId: string; readonly by: number }
  /** A typed quantity: the last one counts. */
  | { readonly kind: 'set-quantity'; readonly productId: string; readonly quantity: number }
  /** To at most this quantity, because no more is left. */
  | { readonly kind: 'reduce'; readonly productId: string; readonly quantity: number }
  | { readonly kind: 'accept-price'; readonly productId: string; readonly price: number }
  | { readonly kind: 'remove'; readonly productId: string }
  | { readonly kind: 'clear' };

export const MIN_QUANTITY = 1;
export const MAX_QUANTITY = 99;

/** The product that a change concerns; undefined for all of them. */
export function productOf(change: CartChange): string | undefined {
  if (change.kind === 'clear') return undefined;
  return change.kind === 'add' ? change.product.product_id : change.productId;
}

export const isRelative = ({ kind }: CartChange): boolean => kind === 'add' || kind === 'adjust';

/** The quantity of a product after a change; 0 without a line. */
export function quantityAfter(quantity: number, change: CartChange, productId: string): number {
  const concerned = productOf(change);
  if (concerned !== undefined && concerned !== productId) return quantity;
  if (change.kind === 'add') return quantity + change.quantity;
  // No other change makes a line.
  if (quantity === 0) return 0;
  switch (change.kind) {
    case 'adjust':
      return clamp(quantity + change.by);
    case 'set-quantity':
      return change.quantity;
    case 'reduce':
      return Math.min(quantity, change.quantity);
    case 'accept-price':
      return quantity;
    case 'remove':
    case 'clear':
      return 0;
  }
}

const clamp = (quantity: number): number =>
  Math.min(Math.max(quantity, MIN_QUANTITY), MAX_QUANTITY);

/**
 * One change with the effect of both; undefined if they have to be sent one after the other. `later` comes
 * right after `earlier` for its product.
 */
export function mergeChanges(earlier: CartChange, later: CartChange): CartChange | undefined {
  if (earlier.kind === 'add') return later.kind === 'add' ? mergeAdds(earlier, later) : undefined;
  if (earlier.kind !== 'adjust' && earlier.kind !== 'set-quantity') return undefined;
  switch (later.kind) {
    case 'set-quantity':
      return later;
    case 'adjust':
      return earlier.kind === 'adjust'
        ? mergeAdjustments(earlier, later)
        : { ...earlier, quantity: clamp(earlier.quantity + later.by) };
    default:
      return undefined;
  }
}

type Adjust = Extract<CartChange, { kind: 'adjust' }>;

function mergeAdjustments(earlier: Adjust, later: Adjust): CartChange | undefined {
  const by = earlier.by + later.by;
  return Math.abs(by) <= MAX_QUANTITY - MIN_QUANTITY ? { ...earlier, by } : undefined;
}

type Add = Extract<CartChange, { kind: 'add' }>;

/** At another price, or over the limit of a line, the server decides about each. */
function mergeAdds(earlier: Add, later: Add): CartChange | undefined {
  const quantity = earlier.quantity + later.quantity;
  const isSamePrice = earlier.product.price === later.product.price;
  return isSamePrice && quantity <= MAX_QUANTITY ? { ...earlier, quantity } : undefined;
}
