import { useSearchParams } from 'react-router';
import { ProductList } from '../../features/catalog/product-list.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { Hero } from '../hero.tsx';
import { ProductAction } from '../product-action.tsx';

export function HomePage() {
  const [params] = useSearchParams();
  const searching = params.has('q') || params.has('category');
  return (
    <>
      <PageTitle>{params.get('category') || 'Good things, made to be used'}</PageTitle>
      <ProductList
        intro={searching ? <h1 className="sr-only">Products</h1> : <Hero />}
        renderAction={(product) => <ProductAction product={product} size="card" />}
      />
    </>
  );
}
