import { api } from '../api/client.ts';
import { readBody } from '../api/read-body.ts';
import { ORDER } from '../api/shapes.ts';
import type { Order } from '../api/types.ts';

const pathOf = (order: Order) => ({ params: { path: { order_id: order.order_id } } });

/** The order as it stands. */
export const readOrder = (order: Order): Promise<Order> =>
  readBody(api.GET('/api/v1/orders/{order_id}', pathOf(order)), ORDER);

/** The same, after the shop has asked the payment provider. */
export const confirmPayment = (order: Order): Promise<Order> =>
  readBody(api.POST('/api/v1/orders/{order_id}/payment/confirm', pathOf(order)), ORDER);
