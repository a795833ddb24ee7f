import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { CART } from '../../../shared/api/shapes.ts';
import { type ChangeHeaders, changeOptions } from './change-options.ts';

export function clearCart(customerId: string, headers: ChangeHeaders) {
  return readBody(
    api.DELETE('/api/v1/cart/{customer_id}', {
      params: { path: { customer_id: customerId } },
      ...changeOptions(headers),
    }),
    CART,
  );
}
