import type { CartLine, Product } from '../../../shared/api/types.ts';

export type RestorePlan =
  | { readonly kind: 'add'; readonly quantity: number }
  /** The shopper has not seen the present price. */
  | { readonly kind: 'repriced' }
  | { readonly kind: 'not-sold' | 'sold-out' | 'all-in-cart' };

type Stock = Pick<Product, 'price' | 'available' | 'withdrawn'>;

/**
 * How a removed line can be put back.
 *
 * @param inCart units that the cart has meanwhile
 */
export function decideRestore(
  line: Pick<CartLine, 'price' | 'quantity'>,
  { price, available, withdrawn }: Stock,
  inCart: number,
): RestorePlan {
  if (withdrawn) return { kind: 'not-sold' };
  if (available <= 0) return { kind: 'sold-out' };
  if (price !== line.price) return { kind: 'repriced' };
  const quantity = Math.min(line.quantity, available - inCart);
  return quantity > 0 ? { kind: 'add', quantity } : { kind: 'all-in-cart' };
}
