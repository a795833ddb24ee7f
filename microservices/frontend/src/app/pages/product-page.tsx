import { useParams } from 'react-router';
import { ProductDetails } from '../../features/catalog/product-details.tsx';
import { ProductAction } from '../product-action.tsx';
import { NotFoundPage } from './not-found-page.tsx';

export function ProductPage() {
  const { productId = '' } = useParams();
  return (
    <ProductDetails
      key={productId}
      productId={productId}
      notFound={<NotFoundPage />}
      renderAction={(product) => <ProductAction product={product} size="page" />}
    />
  );
}
