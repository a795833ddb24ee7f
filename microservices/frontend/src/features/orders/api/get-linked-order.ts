import { useQuery } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { ORDER_DETAILS } from '../../../shared/api/shapes.ts';
import { FACTS_POLL_MS } from '../../../shared/lib/polling.ts';
import { isMoving } from './get-order.ts';

function getLinkedOrder(token: string, signal: AbortSignal) {
  return readBody(
    api.GET('/api/v1/orders/by-link/{token}', { params: { path: { token } }, signal }),
    ORDER_DETAILS,
  );
}

export const linkedOrdersKey = ['linked-order'] as const;

/** Needs no session: the link is the permission. */
export function useLinkedOrder(token: string) {
  return useQuery({
    queryKey: [...linkedOrdersKey, token],
    queryFn: ({ signal }) => getLinkedOrder(token, signal),
    refetchInterval: ({ state }) => (isMoving(state.data) ? FACTS_POLL_MS : false),
  });
}
