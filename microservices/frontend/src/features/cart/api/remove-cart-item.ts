import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';

export function removeCartItem(customerId: string, productId: string) {
  return readBody(
    api.DELETE('/api/v1/cart/{customer_id}/items/{product_id}', {
      params: { path: { customer_id: customerId, product_id: productId } },
    }),
  );
}
