import { useQueryClient } from '@tanstack/react-query';
import { AddToCart } from '../features/cart/add-to-cart.tsx';
import { productQuery } from '../features/catalog/api/get-product.ts';
import { PRODUCTS_KEY } from '../features/catalog/api/list-products.ts';
import type { Product } from '../shared/api/types.ts';

interface ProductActionProps {
  product: Product;
  size: 'card' | 'page';
}

/** Composes catalog and cart; neither feature imports the other. */
export function ProductAction({ product, size }: ProductActionProps) {
  const queryClient = useQueryClient();
  function refetchProduct() {
    void queryClient.invalidateQueries({ queryKey: PRODUCTS_KEY });
    void queryClient.invalidateQueries(productQuery(product.product_id));
  }
  return <AddToCart product={product} size={size} onOutdated={refetchProduct} />;
}
