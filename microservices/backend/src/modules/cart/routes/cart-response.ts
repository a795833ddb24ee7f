import { entityTag } from '../../../http/entity-tag.ts';
import { Problem } from '../../../http/problem.ts';
import { reference, responses } from '../../../http/schemas.ts';
import type { StoredResponse } from '../../../http/stored-response.ts';
import { Cart } from '../cart.schemas.ts';
import type { CartSnapshot } from '../engine/cart-snapshot.ts';

/**
 * The routes send a copy's JSON text as it is, so their answers have no static type; a test holds every
 * one of them against the Cart schema.
 */
export function cartResponses(
  ...problems: (404 | 409 | 'price-changed' | 'quantity-limit' | 'cart-changed')[]
): Record<string, unknown> {
  return responses({ 200: reference(Cart) }, 400, 401, 403, ...problems, 413, 415, 422, 429, 503);
}

export const cartResponse = ({ version, json }: CartSnapshot): StoredResponse => ({
  status: 200,
  headers: {
    etag: entityTag(version),
    'cache-control': 'private, no-cache',
    'content-type': 'application/json; charset=utf-8',
  },
  body: json,
});

/** To a change that If-Match wanted of another version. */
export const versionMismatch = (cart: CartSnapshot): Problem<'cart-changed'> =>
  new Problem('cart-changed', { members: { cart: JSON.parse(cart.json) } });
