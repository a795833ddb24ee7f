import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { CART } from '../../../shared/api/shapes.ts';
import { type ChangeHeaders, changeOptions } from './change-options.ts';

export interface ShownProduct {
  readonly product_id: string;
  readonly product_name: string;
  /** The price on the page; the server refuses to add at any other. */
  readonly price: number;
}

export function addCartItem(
  customerId: string,
  product: ShownProduct,
  quantity: number,
  headers: ChangeHeaders,
) {
  const { product_id, product_name, price } = product;
  return readBody(
    api.POST('/api/v1/cart/items', {
      body: { customer_id: customerId, product_id, product_name, price, quantity },
      ...changeOptions(headers),
    }),
    CART,
  );
}
