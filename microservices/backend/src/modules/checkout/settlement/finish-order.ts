import type { RequestDatabase } from '../../../db/connection.ts';
import type { StoredResponse } from '../../../http/stored-response.ts';
import type { Settlement } from '../../orders/engine/order-engine.queries.ts';
import { findOrder } from '../../orders/orders.queries.ts';
import type { Order } from '../../orders/orders.schemas.ts';
import { settleOrder } from './settle-order.ts';
import type { SettlementServices } from './settlement-services.ts';

type Services = Pick<SettlementServices, 'orders' | 'hub'>;

/**
 * Settles an order as paid whose provider has the payment.
 *
 * @param responseOf the response to the request that placed it
 * @returns undefined if it was not waiting any more
 */
export async function finishOrder(
  database: RequestDatabase,
  services: Services,
  payment: {
    readonly customerId: string;
    readonly orderId: string;
    readonly reference: string;
  },
  responseOf: (order: Order) => Settlement['response'],
): Promise<Order | undefined> {
  const { customerId, orderId, reference } = payment;
  const waiting = await findOrder(database, customerId, orderId);
  if (!waiting) return undefined;
  const order = {
    ...waiting,
    status: 'paid' as const,
    payment: { ...waiting.payment, status: 'authorized' as const, reference },
  };
  const isSettled = await settleOrder(database, services, {
    customerId,
    orderId,
    status: 'paid',
    paymentStatus: 'authorized',
    reference,
    reason: null,
    actor: 'system',
    response: responseOf(order),
    productIds: order.items.map(({ product_id }) => product_id),
  });
  if (!isSettled) return undefined;
  services.hub.publishUnread(customerId);
  return order;
}

/** The response to a checkout that succeeded. */
export const orderedResponse = ({ order_id }: Order, body: string): StoredResponse => ({
  status: 201,
  headers: {
    location: `/api/v1/orders/${order_id}`,
    'content-type': 'application/json; charset=utf-8',
  },
  body,
});
