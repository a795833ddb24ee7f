import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { PRODUCT } from '../../../shared/api/shapes.ts';

/** The product as it is sold now. */
export function readProduct(productId: string) {
  return readBody(
    api.GET('/api/v1/products/{product_id}', { params: { path: { product_id: productId } } }),
    PRODUCT,
  );
}
