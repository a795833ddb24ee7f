import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { PAGE } from '../../../shared/api/shapes.ts';
import { type CustomerSession, useSession } from '../../../shared/session-context.ts';

const PAGE_SIZE = 10;
const FIRST_PAGE: string | null = null;

function listOrders(cursor: string | null, signal: AbortSignal) {
  const query = { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) };
  return readBody(api.GET('/api/v1/orders', { params: { query }, signal }), PAGE);
}

export const ordersKey = ['orders'] as const;

function ordersQuery(session: CustomerSession) {
  return infiniteQueryOptions({
    queryKey: ordersKey,
    queryFn: ({ pageParam, signal }) => session.asCustomer(() => listOrders(pageParam, signal)),
    initialPageParam: FIRST_PAGE,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useOrders() {
  return useInfiniteQuery(ordersQuery(useSession()));
}
