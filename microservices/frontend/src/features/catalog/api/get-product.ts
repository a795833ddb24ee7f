import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { PRODUCT } from '../../../shared/api/shapes.ts';
import { FACTS_POLL_MS } from '../../../shared/lib/polling.ts';

function getProduct(productId: string, signal: AbortSignal) {
  return readBody(
    api.GET('/api/v1/products/{product_id}', {
      params: { path: { product_id: productId } },
      signal,
    }),
    PRODUCT,
  );
}

export function productQuery(productId: string) {
  return queryOptions({
    queryKey: ['product', productId],
    queryFn: ({ signal }) => getProduct(productId, signal),
    refetchInterval: FACTS_POLL_MS,
  });
}

export function useProduct(productId: string) {
  return useQuery(productQuery(productId));
}
