import { Type } from 'typebox';
import type { IdentityConfig } from '../../config/config.ts';
import type { App } from '../../http/app.ts';
import { decodeCursor, encodeCursor } from '../../http/cursor.ts';
import { Problem } from '../../http/problem.ts';
import { reference, responses } from '../../http/schemas.ts';
import { callerId } from '../identity/authenticate.ts';
import { findOrder, listOrders } from './orders.queries.ts';
import { Order, OrderPage, OrderParams, OrderQuery } from './orders.schemas.ts';

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const Position = Type.Object({
  createdAt: Type.String({
    pattern: '^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(\\.\\d+)?[+-]\\d\\d(:\\d\\d)?$',
  }),
  orderId: Type.String({ pattern: UUID }),
});

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
        after: cursor === undefined ? null : decodeCursor(Position, cursor),
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(({ order }) => order),
        next_cursor: last ? encodeCursor(last.position) : null,
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
      const order = new RegExp(UUID).test(orderId)
        ? await findOrder(request.database, customerId, orderId)
        : undefined;
      if (!order) throw new Problem('order-not-found');
      return order;
    },
  );
}
