import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { ORDER } from '../../../shared/api/shapes.ts';
import { type CustomerSession, useSession } from '../../../shared/session-context.ts';

function getOrder(orderId: string, signal: AbortSignal) {
  return readBody(
    api.GET('/api/v1/orders/{order_id}', { params: { path: { order_id: orderId } }, signal }),
    ORDER,
  );
}

export const orderKey = (orderId: string) => ['order', orderId] as const;

function orderQuery(session: CustomerSession, orderId: string) {
  return queryOptions({
    queryKey: orderKey(orderId),
    queryFn: ({ signal }) => session.asCustomer(() => getOrder(orderId, signal)),
  });
}

export function useOrder(orderId: string) {
  return useQuery(orderQuery(useSession(), orderId));
}
