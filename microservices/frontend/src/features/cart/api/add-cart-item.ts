import { api } from '../../../shared/api/client.ts';
import { unwrap } from '../../../shared/api/read-body.ts';

export interface ShownProduct {
  readonly product_id: string;
  readonly product_name: string;
  /** What the shopper was shown: the server refuses to add at another price. */
  readonly price: number;
}

export function addCartItem(customerId: string, product: ShownProduct, quantity: number) {
  const { product_id, product_name, price } = product;
  return unwrap(
    api.POST('/api/v1/cart/items', {
      body: { customer_id: customerId, product_id, product_name, price, quantity },
    }),
  );
}
