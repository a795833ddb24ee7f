import type { Cart } from '../../../shared/api/types.ts';
import { addCartItem, type ShownProduct } from '../api/add-cart-item.ts';
import { clearCart } from '../api/clear-cart.ts';
import { removeCartItem } from '../api/remove-cart-item.ts';
import { setCartItemQuantity } from '../api/set-cart-item-quantity.ts';

/**
 * Terminology
 *   change   something the shopper did to the cart. It is pending until the server has answered.
 *   overlay  the server's cart with the pending changes on top: shown at once, dropped if refused.
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

/** Quantities and lines only: what they cost is for the server to say. */
export function overlayChanges(cart: Cart, pending: readonly CartChange[]): Cart {
  return pending.reduce(overlayChange, cart);
}

function overlayChange(cart: Cart, change: CartChange): Cart {
  switch (change.kind) {
    case 'add':
      return addQuantity(cart, change.product.product_id, change.quantity);
    case 'set-quantity':
      return withItems(
        cart,
        cart.items.map((line) =>
          line.product_id === change.productId ? { ...line, quantity: change.quantity } : line,
        ),
      );
    case 'remove':
      return withItems(
        cart,
        cart.items.filter((line) => line.product_id !== change.productId),
      );
    case 'clear':
      return withItems(cart, []);
  }
}

/** A product new to the cart gets its line from the server; until then only the count grows. */
function addQuantity(cart: Cart, productId: string, quantity: number): Cart {
  const items = cart.items.map((line) =>
    line.product_id === productId ? { ...line, quantity: line.quantity + quantity } : line,
  );
  return { ...cart, items, total_items: cart.total_items + quantity };
}

function withItems(cart: Cart, items: Cart['items']): Cart {
  return { ...cart, items, total_items: items.reduce((sum, line) => sum + line.quantity, 0) };
}
