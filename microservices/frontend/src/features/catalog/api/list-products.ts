import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { PAGE } from '../../../shared/api/shapes.ts';
import { type CatalogSearch, PAGE_SIZE } from '../catalog-search.ts';

interface PageParam {
  readonly cursor: string | null;
  readonly limit: number;
}

function listProducts(search: CatalogSearch, page: PageParam, signal: AbortSignal) {
  const { q, category, sort } = search;
  const query = {
    sort,
    limit: page.limit,
    ...(q ? { q } : {}),
    ...(category ? { category } : {}),
    ...(page.cursor ? { cursor: page.cursor } : {}),
  };
  return readBody(api.GET('/api/v1/products', { params: { query }, signal }), PAGE);
}

export const PRODUCTS_KEY = ['products'] as const;

/** `shown` is not part of the key: it only sets the length of the first page after a reload. */
function productsQuery(search: CatalogSearch) {
  const { q, category, sort, shown } = search;
  const first: PageParam = { cursor: null, limit: shown };
  return infiniteQueryOptions({
    queryKey: [...PRODUCTS_KEY, { q, category, sort }],
    queryFn: ({ pageParam, signal }) => listProducts(search, pageParam, signal),
    initialPageParam: first,
    getNextPageParam: (page): PageParam | undefined =>
      page.next_cursor ? { cursor: page.next_cursor, limit: PAGE_SIZE } : undefined,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

export function useProducts(search: CatalogSearch) {
  return useInfiniteQuery(productsQuery(search));
}
