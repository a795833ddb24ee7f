import type { App } from '../../http/app.ts';
import type { CartServices } from './cart-services.ts';
import { streamCart } from './live/stream-cart.ts';
import type { GuestTokens } from './merge/merge-cart.ts';
import { mergeCart } from './merge/merge-cart.ts';
import { addCartItem } from './routes/add-cart-item.ts';
import { adjustCartItem } from './routes/adjust-cart-item.ts';
import { clearCart } from './routes/clear-cart.ts';
import { getCart } from './routes/get-cart.ts';
import { removeCartItem } from './routes/remove-cart-item.ts';
import { setCartItemQuantity } from './routes/set-cart-item-quantity.ts';

/** One function for each operation. The caller has made sure that the customer owns the cart. */
export function cartRoutes(app: App, services: CartServices, tokens: GuestTokens): void {
  // A client may be gone before its change commits; the pool must not end before that.
  app.addHook('onClose', () => services.writer.drained());
  getCart(app, services);
  addCartItem(app, services);
  setCartItemQuantity(app, services);
  adjustCartItem(app, services);
  removeCartItem(app, services);
  clearCart(app, services);
  mergeCart(app, services, tokens);
  streamCart(app, services);
}
