/** The HTTP response to each result of a command. Stored for Idempotency-Keys, so the engine writes it. */
import { entityTag } from '../../../http/entity-tag.ts';
import { Problem } from '../../../http/problem.ts';
import { problemResponse, type StoredResponse } from '../../../http/stored-response.ts';
import { numberFromMinor } from '../../../money.ts';
import type { CartCommand, CommandResult } from './cart-command.ts';
import type { CartSnapshot } from './cart-snapshot.ts';

export const cartResponse = ({ version, json }: CartSnapshot): StoredResponse => ({
  status: 200,
  headers: cartHeaders(version),
  body: json,
});

export const cartHeaders = (version: number): StoredResponse['headers'] => ({
  etag: entityTag(version),
  'content-type': 'application/json; charset=utf-8',
});

export function commandResponse(
  result: CommandResult,
  { change, requestId }: CartCommand,
): StoredResponse {
  const { kind } = result.outcome;
  return kind === 'changed' || kind === 'unchanged'
    ? cartResponse(result.cart)
    : problemResponse(refusal(result, change), requestId);
}

/** For an If-Match that names another version. */
export const versionMismatch = (cart: CartSnapshot): Problem<'cart-changed'> =>
  new Problem('cart-changed', { members: { cart: JSON.parse(cart.json) } });

function refusal({ outcome, cart }: CommandResult, change: CartCommand['change']): Problem {
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
