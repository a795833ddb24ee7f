import { useLocation } from 'react-router';
import { ProductDetails } from '../../features/catalog/product-details.tsx';
import { productIdOf } from '../../shared/lib/product-address.ts';
import { ProductAction } from '../product-action.tsx';
import { NotFoundPage } from './not-found-page.tsx';

export function ProductPage() {
  const productId = productIdOf(useLocation().pathname);
  if (productId === undefined) return <NotFoundPage />;
  return (
    <ProductDetails
      key={productId}
      productId={productId}
      notFound={<NotFoundPage />}
      renderAction={(product) => <ProductAction product={product} size="page" />}
    />
  );
}
