import { type ReactNode, useEffect, useRef } from 'react';
import type { Product } from '../../shared/api/types.ts';
import { formatCount } from '../../shared/lib/format.ts';
import { Button } from '../../shared/ui/button.tsx';
import type { useProducts } from './api/list-products.ts';
import { type CatalogSearch, PAGE_SIZE } from './catalog-search.ts';
import { NothingFound } from './nothing-found.tsx';
import { ProductGrid, ProductGridSkeleton } from './product-grid.tsx';

interface ProductResultsProps {
  query: ReturnType<typeof useProducts>;
  search: CatalogSearch;
  renderAction: (product: Product) => ReactNode;
  onClear: () => void;
  onMore: (shown: number) => void;
}

export function ProductResults({
  query,
  search,
  renderAction,
  onClear,
  onMore,
}: ProductResultsProps) {
  const showMore = useShowMore(query, onMore);
  if (!query.data) return <ProductGridSkeleton />;
  const products = query.data.pages.flatMap((page) => page.items);
  if (products.length === 0) return <NothingFound search={search} onClear={onClear} />;
  const corrected = query.data.pages[0]?.corrected_query;
  return (
    <>
      {corrected && !query.isPlaceholderData ? (
        <p role="status" className="pb-8 text-muted">
          Nothing matches “{search.q}”. Showing results for “{corrected}”.
        </p>
      ) : null}
      <ProductGrid
        products={products}
        outdated={query.isPlaceholderData}
        renderAction={renderAction}
      />
      <div className="mt-14 flex flex-col items-center gap-4">
        <p role="status" className="text-muted">
          {query.isPlaceholderData
            ? 'Searching…'
            : `Showing ${query.hasNextPage ? '' : 'all '}${formatCount(products.length, 'product')}`}
        </p>
        {query.isFetchNextPageError ? (
          <p role="alert" className="text-rust">
            The next products did not arrive. Please try again.
          </p>
        ) : null}
        {query.hasNextPage ? (
          <Button look="secondary" onClick={showMore} aria-busy={query.isFetchingNextPage}>
            {query.isFetchingNextPage ? 'Loading…' : 'Show more'}
          </Button>
        ) : null}
      </div>
    </>
  );
}

/** Moves the focus to the first new product after more have loaded. */
function useShowMore(query: ReturnType<typeof useProducts>, onMore: (shown: number) => void) {
  const firstNew = useRef<number>(undefined);
  const count = query.data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0;
  useEffect(() => {
    if (firstNew.current === undefined || count <= firstNew.current) return;
    document
      .querySelector<HTMLElement>(`[data-product-index="${firstNew.current}"] a`)
      ?.focus({ preventScroll: true });
    firstNew.current = undefined;
  }, [count]);
  return () => {
    if (query.isFetchingNextPage) return;
    firstNew.current = count;
    void query.fetchNextPage().then((result) => {
      if (result.isSuccess) onMore(count + PAGE_SIZE);
    });
  };
}
