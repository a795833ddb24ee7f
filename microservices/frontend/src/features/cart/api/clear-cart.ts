import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';

export function clearCart(customerId: string) {
  return readBody(
    api.DELETE('/api/v1/cart/{customer_id}', { params: { path: { customer_id: customerId } } }),
  );
}
