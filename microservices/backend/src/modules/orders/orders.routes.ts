import type { IdentityConfig } from '../../config/config.ts';
import type { App } from '../../http/app.ts';
import { defineCursor, microsecondsValue, uuidValue } from '../../http/cursor.ts';
import { Problem } from '../../http/problem.ts';
import { reference, responses } from '../../http/schemas.ts';
import { type StoredResponse, sendStored } from '../../http/stored-response.ts';
import { idempotentRequestOf } from '../../idempotency/idempotent-request.ts';
import { sendReplay } from '../../idempotency/with-idempotency.ts';
import { callerId } from '../identity/authenticate.ts';
import { findOrderDetails } from './details/order-details.queries.ts';
import { OrderDetails } from './details/order-details.schemas.ts';
import { cancel } from './lifecycle/change-order.ts';
import type { PaymentServices } from './lifecycle/payment-tasks.ts';
import { listOrders } from './orders.queries.ts';
import { OrderPage, OrderParams, OrderQuery } from './orders.schemas.ts';

const cursors = defineCursor('orders', 1, { createdAt: microsecondsValue, orderId: uuidValue });

export interface OrderServices extends PaymentServices {
  readonly identity: IdentityConfig;
}

export async function orderRoutes(app: App, services: OrderServices): Promise<void> {
  const { identity } = services;
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
        summary: 'One of the caller’s own orders, with its history, parcels and refunds',
        tags: ['orders'],
        params: OrderParams,
        response: responses({ 200: reference(OrderDetails) }, 401, 404, 422, 429, 503),
      },
    },
    async (request) => {
      const customerId = callerId(request, identity);
      const orderId = orderIdOf(request.params);
      const order = await findOrderDetails(request.database, { customerId, orderId });
      if (!order) throw new Problem('order-not-found');
      return order;
    },
  );

  app.post(
    '/orders/:order_id/cancel',
    {
      schema: {
        operationId: 'cancelOrder',
        summary:
          'Cancel an order of which nothing has been sent; its payment is voided or refunded',
        description: 'An order that is cancelled already is returned as it is.',
        tags: ['orders'],
        params: OrderParams,
        response: responses(
          { 200: reference(OrderDetails) },
          ...([400, 401, 404, 409, 413, 415, 422, 429, 503] as const),
        ),
      },
    },
    async (request, reply) => {
      const { database } = request;
      const customerId = callerId(request, identity);
      const order = { customerId, orderId: orderIdOf(request.params) };
      const respond = async (): Promise<StoredResponse> => {
        const details = await findOrderDetails(database, order);
        if (!details) throw new Problem('order-not-found');
        return orderResponse(String(reply.serializeInput(details, '200')));
      };
      const cancelled = await cancel(database, services, {
        order,
        by: { actor: 'customer', actorId: null, reason: null },
        idempotentRequest: idempotentRequestOf(request),
        respond,
      });
      return 'replayed' in cancelled
        ? sendReplay(reply, cancelled.replayed)
        : sendStored(reply, cancelled);
    },
  );
}

/** A malformed id gets the same 404 as an order of somebody else. */
export function orderIdOf({ order_id }: OrderParams): string {
  const orderId = order_id.toLowerCase();
  if (!uuidValue.isValid(orderId)) throw new Problem('order-not-found');
  return orderId;
}

export const orderResponse = (body: string, status = 200): StoredResponse => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body,
});
