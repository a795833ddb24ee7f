/** The problem for each refused command: If-Match, prices, withdrawn products, limits. */
import { Problem } from '../../../http/problem.ts';
import { numberFromMinor } from '../../../money.ts';
import type { CartCommand, CommandResult } from './cart-command.ts';
import type { CartSnapshot } from './cart-snapshot.ts';

/** For an If-Match that names another version. */
export const versionMismatch = (cart: CartSnapshot): Problem<'cart-changed'> =>
  new Problem('cart-changed', { members: { cart: JSON.parse(cart.json) } });

/** The problem that says why a command was refused. */
export function refusal({ outcome, cart }: CommandResult, change: CartCommand['change']): Problem {
  switch (outcome.kind) {
    case 'price-changed': {
      if (!('shownMinor' in change) || change.shownMinor === undefined)
        throw new Error('price-changed without a price that was shown');
      const line = {
        product_id: change.productId,
        product_name: outcome.product.productName,
        shown_price: numberFromMinor(change.shownMinor),
        current_price: numberFromMinor(outcome.product.priceMinor),
      };
      return new Problem('price-changed', { members: { lines: [line] } });
    }
    case 'product-withdrawn': {
      if (!('productId' in change)) throw new Error('product-withdrawn without a product');
      const line = { product_id: change.productId, product_name: outcome.product.productName };
      return new Problem('product-withdrawn', { members: { lines: [line] } });
    }
    case 'quantity-limit':
      return new Problem('quantity-limit', { members: { line_quantity: outcome.lineQuantity } });
    case 'version-mismatch':
      return versionMismatch(cart);
    case 'changed':
    case 'unchanged':
      throw new Error(`not a refusal: ${outcome.kind}`);
    default:
      return new Problem(outcome.kind);
  }
}
