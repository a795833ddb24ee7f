import { reference, responses } from '../../../http/schemas.ts';
import { Cart } from '../cart.schemas.ts';

/**
 * Response schemas of the operations on a cart. The routes send the snapshot's JSON text as it is, so a
 * response has no static type; a test compares each of them with the Cart schema.
 */
export function cartResponses(
  ...problems: (
    | 404
    | 409
    | 'price-changed'
    | 'product-withdrawn'
    | 'quantity-limit'
    | 'cart-changed'
  )[]
): Record<string, unknown> {
  return responses({ 200: reference(Cart) }, 400, 401, 403, ...problems, 413, 415, 422, 429, 503);
}
