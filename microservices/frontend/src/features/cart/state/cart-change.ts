import type { Cart } from '../../../shared/api/types.ts';
import { addCartItem, type ShownProduct } from '../api/add-cart-item.ts';
import { clearCart } from '../api/clear-cart.ts';
import { removeCartItem } from '../api/remove-cart-item.ts';
import { setCartItemQuantity } from '../api/set-cart-item-quantity.ts';

/**
 * Terminology
 *   change           something the shopper did to the cart; pending until the server has responded.
 *   optimistic cart  the server's cart with the pending changes applied, shown at once.
 */
export type CartChange =
  | { readonly kind: 'add'; readonly product: ShownProduct; readonly quantity: number }
  | { readonly kind: 'set-quantity'; readonly productId: string; readonly quantity: number }
  | { readonly kind: 'remove'; readonly productId: string }
  | { readonly kind: 'clear' };

export function sendCartChange(customerId: string, change: CartChange): Promise<Cart> {
  switch (change.kind) {
    case 'add':
      return addCartItem(customerId, change.product, change.quantity);
    case 'set-quantity':
      return setCartItemQuantity(customerId, change.productId, change.quantity);
    case 'remove':
      return removeCartItem(customerId, change.productId);
    case 'clear':
      return clearCart(customerId);
  }
}
