import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { CART } from '../../../shared/api/shapes.ts';
import { type ChangeHeaders, changeOptions } from './change-options.ts';

export function setCartItemQuantity(
  customerId: string,
  productId: string,
  quantity: number,
  headers: ChangeHeaders,
) {
  return readBody(
    api.PUT('/api/v1/cart/{customer_id}/items/{product_id}', {
      params: { path: { customer_id: customerId, product_id: productId } },
      body: { quantity },
      ...changeOptions(headers),
    }),
    CART,
  );
}
