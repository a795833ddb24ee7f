import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';

export function setCartItemQuantity(customerId: string, productId: string, quantity: number) {
  return readBody(
    api.PUT('/api/v1/cart/{customer_id}/items/{product_id}', {
      params: { path: { customer_id: customerId, product_id: productId } },
      body: { quantity },
    }),
  );
}
