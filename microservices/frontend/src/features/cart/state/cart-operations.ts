import type { Cart } from '../../../shared/api/types.ts';
import { addCartItem, type ShownProduct } from '../api/add-cart-item.ts';
import { adjustCartItem } from '../api/adjust-cart-item.ts';
import type { ChangeHeaders } from '../api/change-options.ts';
import { clearCart } from '../api/clear-cart.ts';
import { removeCartItem } from '../api/remove-cart-item.ts';
import { setCartItemQuantity } from '../api/set-cart-item-quantity.ts';

/** The operations of the API on one customer's cart; the property tests have a model of them. */
export interface CartOperations {
  add(product: ShownProduct, quantity: number, headers: ChangeHeaders): Promise<Cart>;
  adjust(
    productId: string,
    adjustment: { quantity_change: number } | { price: number },
    headers: ChangeHeaders,
  ): Promise<Cart>;
  setQuantity(productId: string, quantity: number, headers: ChangeHeaders): Promise<Cart>;
  remove(productId: string, headers: ChangeHeaders): Promise<Cart>;
  clear(headers: ChangeHeaders): Promise<Cart>;
}

export const cartOperations = (customerId: string): CartOperations => ({
  add: (...change) => addCartItem(customerId, ...change),
  adjust: (...change) => adjustCartItem(customerId, ...change),
  setQuantity: (...change) => setCartItemQuantity(customerId, ...change),
  remove: (...change) => removeCartItem(customerId, ...change),
  clear: (...change) => clearCart(customerId, ...change),
});
