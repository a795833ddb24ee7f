import type { ReactNode } from 'react';
import type { Product } from '../../shared/api/types.ts';
import { LoadingLabel, Skeleton } from '../../shared/ui/skeleton.tsx';
import { ProductCard } from './product-card.tsx';

const GRID =
  'grid grid-cols-2 gap-x-4 gap-y-10 sm:gap-x-6 md:grid-cols-3 lg:grid-cols-4 lg:gap-y-14';
const EAGER_CARDS = 4;

interface ProductGridProps {
  products: readonly Product[];
  /** These products are results of the previous search. */
  outdated: boolean;
  renderAction: (product: Product) => ReactNode;
}

export function ProductGrid({ products, outdated, renderAction }: ProductGridProps) {
  return (
    <ul
      aria-label="Products"
      data-outdated={outdated}
      className={`${GRID} data-[outdated=true]:opacity-50`}
    >
      {products.map((product, index) => (
        <li key={product.product_id} data-product-index={index}>
          <ProductCard
            product={product}
            eager={index < EAGER_CARDS}
            action={renderAction(product)}
          />
        </li>
      ))}
    </ul>
  );
}

const SKELETON_KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

export function ProductGridSkeleton() {
  return (
    <div>
      <LoadingLabel>Loading products</LoadingLabel>
      <div className={GRID}>
        {SKELETON_KEYS.map((key) => (
          <div key={key}>
            <Skeleton className="aspect-square w-full rounded-2xl" />
            <Skeleton className="mt-4 h-6 w-3/4" />
            <Skeleton className="mt-2 h-4 w-1/3" />
            <Skeleton className="mt-5 h-10 w-full rounded-full" />
          </div>
        ))}
      </div>
    </div>
  );
}
