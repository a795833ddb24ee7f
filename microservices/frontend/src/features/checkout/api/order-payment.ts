import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { ORDER } from '../../../shared/api/shapes.ts';
import type { Order } from '../../../shared/api/types.ts';

const pathOf = (order: Order) => ({ params: { path: { order_id: order.order_id } } });

/** The order as it stands. */
export const readOrder = (order: Order): Promise<Order> =>
  readBody(api.GET('/api/v1/orders/{order_id}', pathOf(order)), ORDER);

/** The same, after the shop has asked the payment provider. */
export const confirmPayment = (order: Order): Promise<Order> =>
  readBody(api.POST('/api/v1/orders/{order_id}/payment/confirm', pathOf(order)), ORDER);
