import { type ReactNode, useEffect, useRef } from 'react';
import type { Product } from '../../shared/api/types.ts';
import { formatCount } from '../../shared/lib/format.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Unreachable } from '../../shared/ui/unreachable.tsx';
import { useProducts } from './api/list-products.ts';
import { type CatalogSearch, PAGE_SIZE, useCatalogSearch } from './catalog-search.ts';
import { CategoryChips } from './category-chips.tsx';
import { NothingFound } from './nothing-found.tsx';
import { ProductGrid, ProductGridSkeleton } from './product-grid.tsx';
import { SearchBox } from './search-box.tsx';
import { SortSelect } from './sort-select.tsx';

interface ProductListProps {
  /** Shown above the list, except when the list cannot load. */
  intro: ReactNode;
  renderAction: (product: Product) => ReactNode;
}

export function ProductList({ intro, renderAction }: ProductListProps) {
  const { search, change } = useCatalogSearch();
  const products = useProducts(search);
  if (products.isError && !products.data) {
    return (
      <Unreachable
        error={products.error}
        retrying={products.isFetching}
        onRetry={() => void products.refetch()}
      />
    );
  }
  return (
    <>
      {intro}
      <section aria-labelledby="products-heading" className="scroll-mt-24" id="products">
        <div className="flex flex-col gap-4 pb-8">
          <div className="flex flex-wrap items-end justify-between gap-4">
            <h2 id="products-heading" className="font-serif text-3xl sm:text-4xl">
              {headingOf(search)}
            </h2>
            <SearchBox value={search.q} onSearch={(q) => change({ q }, { replace: true })} />
          </div>
          <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
            <CategoryChips search={search} />
            <SortSelect value={search.sort} onChange={(sort) => change({ sort })} />
          </div>
        </div>
        <Results
          query={products}
          search={search}
          renderAction={renderAction}
          onClear={() => change({ q: '', category: '' })}
          onMore={(shown) => change({ shown }, { replace: true })}
        />
      </section>
    </>
  );
}

function headingOf({ q, category }: CatalogSearch): string {
  if (q && category) return `“${q}” in ${category}`;
  if (q) return `Results for “${q}”`;
  return category || 'Everything in the shop';
}

interface ResultsProps extends Pick<ProductListProps, 'renderAction'> {
  query: ReturnType<typeof useProducts>;
  search: CatalogSearch;
  onClear: () => void;
  onMore: (shown: number) => void;
}

function Results({ query, search, renderAction, onClear, onMore }: ResultsProps) {
  const showMore = useShowMore(query, onMore);
  if (!query.data) return <ProductGridSkeleton />;
  const products = query.data.pages.flatMap((page) => page.items);
  if (products.length === 0) return <NothingFound search={search} onClear={onClear} />;
  return (
    <>
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
