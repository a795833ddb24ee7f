import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { ProductSort } from '../../shared/api/types.ts';

/**
 * Terminology
 *   search    the shopper's filters and sort order, all kept in the URL.
 *   shown     the number of products on the page after "Show more"; a reload shows as many.
 */
export interface CatalogSearch {
  readonly q: string;
  readonly category: string;
  readonly sort: ProductSort;
  readonly shown: number;
}

export const PAGE_SIZE = 24;
const MAX_FIRST_PAGE_SIZE = 96;

export const SORTS: Record<ProductSort, string> = {
  relevance: 'Best match',
  name: 'Name',
  price: 'Price: low to high',
  '-price': 'Price: high to low',
};

export function isSort(value: string | null): value is ProductSort {
  return value !== null && Object.hasOwn(SORTS, value);
}

/** Without words, nothing matches better than anything else. */
const defaultSort = (q: string): ProductSort => (q ? 'relevance' : 'name');

function readCatalogSearch(params: URLSearchParams): CatalogSearch {
  const sort = params.get('sort');
  const shown = Number(params.get('shown'));
  const q = params.get('q')?.trim() ?? '';
  return {
    q,
    category: params.get('category') ?? '',
    sort: isSort(sort) && (q || sort !== 'relevance') ? sort : defaultSort(q),
    shown: Number.isInteger(shown)
      ? Math.min(Math.max(shown, PAGE_SIZE), MAX_FIRST_PAGE_SIZE)
      : PAGE_SIZE,
  };
}

/** Omits defaults, so that URLs stay short enough to share. */
export function writeCatalogSearch(search: CatalogSearch): URLSearchParams {
  const params = new URLSearchParams();
  if (search.q) params.set('q', search.q);
  if (search.category) params.set('category', search.category);
  if (search.sort !== defaultSort(search.q)) params.set('sort', search.sort);
  if (search.shown > PAGE_SIZE) params.set('shown', String(search.shown));
  return params;
}

export function useCatalogSearch() {
  const [params, setParams] = useSearchParams();
  const search = useMemo(() => readCatalogSearch(params), [params]);
  /** A new search starts at the first page again, unless `shown` itself changes. */
  function change(changes: Partial<CatalogSearch>, options: { replace?: boolean } = {}) {
    setParams(
      (params) => {
        const current = readCatalogSearch(params);
        const q = changes.q ?? current.q;
        const sort = current.sort === defaultSort(current.q) ? defaultSort(q) : current.sort;
        return writeCatalogSearch({ ...current, sort, shown: PAGE_SIZE, ...changes });
      },
      { preventScrollReset: true, ...options },
    );
  }
  return { search, change };
}
