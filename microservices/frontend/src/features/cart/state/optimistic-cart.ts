import type { Cart } from '../../../shared/api/types.ts';
import type { CartChange } from './cart-change.ts';

/** The server's cart with pending changes applied to quantities and lines; the server computes amounts. */
export function applyPendingChanges(cart: Cart, pending: readonly CartChange[]): Cart {
  return pending.reduce(applyChange, cart);
}

function applyChange(cart: Cart, change: CartChange): Cart {
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

/** A new product gets its line from the server; until then only the count grows. */
function addQuantity(cart: Cart, productId: string, quantity: number): Cart {
  const items = cart.items.map((line) =>
    line.product_id === productId ? { ...line, quantity: line.quantity + quantity } : line,
  );
  return { ...cart, items, total_items: cart.total_items + quantity };
}

function withItems(cart: Cart, items: Cart['items']): Cart {
  return { ...cart, items, total_items: items.reduce((sum, line) => sum + line.quantity, 0) };
}
