import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { ORDER_DETAILS } from '../../../shared/api/shapes.ts';
import type { Order, OrderDetails } from '../../../shared/api/types.ts';
import { FACTS_POLL_MS } from '../../../shared/lib/polling.ts';
import { type CustomerSession, useSession } from '../../../shared/session-context.ts';

function getOrder(orderId: string, signal: AbortSignal) {
  return readBody(
    api.GET('/api/v1/orders/{order_id}', { params: { path: { order_id: orderId } }, signal }),
    ORDER_DETAILS,
  );
}

export const orderKey = (orderId: string) => ['order', orderId] as const;

function orderQuery(session: CustomerSession, orderId: string) {
  return queryOptions({
    queryKey: orderKey(orderId),
    queryFn: ({ signal }) => session.asCustomer(() => getOrder(orderId, signal)),
    refetchInterval: ({ state }) => (isMoving(state.data) ? FACTS_POLL_MS : false),
  });
}

export function useOrder(orderId: string) {
  return useQuery(orderQuery(useSession(), orderId));
}

/** The shopper is waiting for what happens next. */
export const isMoving = (order: OrderDetails | undefined): boolean =>
  order !== undefined &&
  (order.status === 'pending_payment' || order.refunds.some(({ status }) => status === 'pending'));

/** An order as its checkout returns it, until its page has read what has happened since. */
export const withoutHistory = (order: Order): OrderDetails => ({
  ...order,
  refunded: 0,
  can_cancel: false,
  units: [],
  fulfilments: [],
  refunds: [],
  history: [],
});
