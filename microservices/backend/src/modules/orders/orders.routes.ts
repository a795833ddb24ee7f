import type { IdentityConfig } from '../../config/config.ts';
import type { App } from '../../http/app.ts';
import { defineCursor, microsecondsValue, uuidValue } from '../../http/cursor.ts';
import { Problem } from '../../http/problem.ts';
import { reference, responses } from '../../http/schemas.ts';
import { callerId } from '../identity/authenticate.ts';
import { findOrder, listOrders } from './orders.queries.ts';
import { Order, OrderPage, OrderParams, OrderQuery } from './orders.schemas.ts';

const cursors = defineCursor('orders', 1, { createdAt: microsecondsValue, orderId: uuidValue });

export async function orderRoutes(app: App, identity: IdentityConfig): Promise<void> {
  app.get(
    '/orders',
    {
      schema: {
        operationId: 'listOrders',
        summary: 'The caller’s own orders, newest first',
        tags: ['orders'],
        querystring: OrderQuery,
        response: responses({ 200: OrderPage }, 401, 422, 429, 503),
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const rows = await listOrders(request.database, callerId(request, identity), {
        after: cursor === undefined ? null : cursors.decode(cursor),
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(({ order }) => order),
        next_cursor: last ? cursors.encode(last.position) : null,
      };
    },
  );

  app.get(
    '/orders/:order_id',
    {
      schema: {
        operationId: 'getOrder',
        summary: 'One of the caller’s own orders',
        tags: ['orders'],
        params: OrderParams,
        response: responses({ 200: reference(Order) }, 401, 404, 422, 429, 503),
      },
    },
    async (request) => {
      const customerId = callerId(request, identity);
      const orderId = request.params.order_id.toLowerCase();
      // A malformed id gets the same 404 as an order of somebody else.
      const order = uuidValue.isValid(orderId)
        ? await findOrder(request.database, customerId, orderId)
        : undefined;
      if (!order) throw new Problem('order-not-found');
      return order;
    },
  );
}
