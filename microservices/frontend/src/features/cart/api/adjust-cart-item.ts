import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { CART } from '../../../shared/api/shapes.ts';
import { type ChangeHeaders, changeOptions } from './change-options.ts';

/** Adds to the quantity of a line, or accepts the catalog's price for it. */
export function adjustCartItem(
  customerId: string,
  productId: string,
  adjustment: { quantity_change: number } | { price: number },
  headers: ChangeHeaders,
) {
  return readBody(
    api.PATCH('/api/v1/cart/{customer_id}/items/{product_id}', {
      params: { path: { customer_id: customerId, product_id: productId } },
      body: adjustment,
      ...changeOptions(headers),
    }),
    CART,
  );
}
