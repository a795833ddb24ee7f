import type { Cart } from '../../../shared/api/types.ts';
import { type CartChange, productOf, quantityAfter } from './cart-change.ts';

/**
 * The server's cart with pending changes applied to quantities, lines and accepted prices; the server computes
 * amounts. A new product gets its line from the server; until then only the count grows.
 */
export function applyPendingChanges(cart: Cart, pending: readonly CartChange[]): Cart {
  if (pending.length === 0) return cart;
  const items = cart.items
    .map((line) => {
      const quantity = pendingQuantity(cart, pending, line.product_id);
      return { ...line, quantity, price: acceptedPrice(pending, line.product_id) ?? line.price };
    })
    .filter(({ quantity }) => quantity > 0);
  const ids = new Set([...cart.items.map((line) => line.product_id), ...addedProducts(pending)]);
  const quantities = [...ids].map((productId) => pendingQuantity(cart, pending, productId));
  return { ...cart, items, total_items: quantities.reduce((sum, quantity) => sum + quantity, 0) };
}

/** How many of a product the cart will have; also for a product without a line so far. */
export function pendingQuantity(
  cart: Cart,
  pending: readonly CartChange[],
  productId: string,
): number {
  const line = cart.items.find((item) => item.product_id === productId);
  return pending.reduce(
    (quantity, change) => quantityAfter(quantity, change, productId),
    line?.quantity ?? 0,
  );
}

function addedProducts(pending: readonly CartChange[]): string[] {
  return pending.flatMap((change) => (change.kind === 'add' ? [change.product.product_id] : []));
}

function acceptedPrice(pending: readonly CartChange[], productId: string): number | undefined {
  const prices = pending
    .filter((change) => productOf(change) === productId)
    .flatMap((change) => {
      if (change.kind === 'accept-price') return [change.price];
      return change.kind === 'add' ? [change.product.price] : [];
    });
  return prices.at(-1);
}
