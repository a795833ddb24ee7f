import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { CART } from '../../../shared/api/shapes.ts';
import { type ChangeHeaders, changeOptions } from './change-options.ts';

export function removeCartItem(customerId: string, productId: string, headers: ChangeHeaders) {
  return readBody(
    api.DELETE('/api/v1/cart/{customer_id}/items/{product_id}', {
      params: { path: { customer_id: customerId, product_id: productId } },
      ...changeOptions(headers),
    }),
    CART,
  );
}
