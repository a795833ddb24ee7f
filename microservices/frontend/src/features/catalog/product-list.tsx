import type { ReactNode } from 'react';
import type { Product } from '../../shared/api/types.ts';
import { Unreachable } from '../../shared/ui/unreachable.tsx';
import { useProducts } from './api/list-products.ts';
import { type CatalogSearch, useCatalogSearch } from './catalog-search.ts';
import { CategoryChips } from './category-chips.tsx';
import { ProductResults } from './product-results.tsx';
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
        context="catalog"
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
            <SortSelect
              isSearch={search.q !== ''}
              value={search.sort}
              onChange={(sort) => change({ sort })}
            />
          </div>
        </div>
        <ProductResults
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
