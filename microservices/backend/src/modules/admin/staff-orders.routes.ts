import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../../http/app.ts';
import { defineCursor, microsecondsValue, uuidValue } from '../../http/cursor.ts';
import { invalidField } from '../../http/field-errors.ts';
import { Problem } from '../../http/problem.ts';
import { reference, responses } from '../../http/schemas.ts';
import { type StoredResponse, sendStored } from '../../http/stored-response.ts';
import {
  type IdempotentRequest,
  idempotentRequestOf,
} from '../../idempotency/idempotent-request.ts';
import { type Replayed, sendReplay } from '../../idempotency/with-idempotency.ts';
import { minorFromNumber } from '../../money.ts';
import { staffId } from '../identity/staff.ts';
import { findStaffOrderDetails } from '../orders/details/order-details.queries.ts';
import { StaffOrderDetails } from '../orders/details/order-details.schemas.ts';
import {
  type ChangeRequest,
  cancel,
  deliver,
  fulfil,
  refund,
} from '../orders/lifecycle/change-order.ts';
import { findOrderKey } from '../orders/lifecycle/order-changes.queries.ts';
import type { OrderKey } from '../orders/lifecycle/payment-tasks.queries.ts';
import type { PaymentServices } from '../orders/lifecycle/payment-tasks.ts';
import { orderNumberOf } from '../orders/order-number.ts';
import { orderIdOf, orderResponse } from '../orders/orders.routes.ts';
import { OrderParams } from '../orders/orders.schemas.ts';
import { listStaffOrders } from '../orders/staff/staff-orders.queries.ts';
import {
  FulfilmentBody,
  ReasonBody,
  RefundBody,
  StaffOrderPage,
  StaffOrderQuery,
} from './staff-orders.schemas.ts';

const cursors = defineCursor('staff-orders', 1, {
  createdAt: microsecondsValue,
  orderId: uuidValue,
});

const CHANGE_PROBLEMS = [400, 401, 403, 404, 409, 413, 415, 422, 429, 503] as const;

/** All orders, for staff: the caller has passed `requireStaff`. */
export async function staffOrderRoutes(app: App, services: PaymentServices): Promise<void> {
  readRoutes(app);

  app.post(
    '/admin/orders/:order_id/fulfilments',
    {
      schema: {
        operationId: 'fulfilOrder',
        summary: 'Send units of an order, after its payment was captured',
        tags: ['admin'],
        params: OrderParams,
        body: FulfilmentBody,
        response: responses({ 200: reference(StaffOrderDetails) }, ...CHANGE_PROBLEMS),
      },
    },
    async (request, reply) => {
      const { carrier, tracking_number, tracking_url, lines = [], reason } = request.body;
      requireDistinct(lines.map(({ product_id }) => product_id));
      const parcel = {
        carrier: carrier ?? null,
        trackingNumber: tracking_number ?? null,
        trackingUrl: tracking_url ?? null,
        lines: lines.map(({ product_id: productId, quantity }) => ({ productId, quantity })),
      };
      const change = await changeOf(request, reply, reason);
      return send(reply, await fulfil(request.database, services, change, parcel));
    },
  );

  app.post(
    '/admin/orders/:order_id/deliver',
    {
      schema: {
        operationId: 'deliverOrder',
        summary: 'Note that all parcels of an order have arrived',
        tags: ['admin'],
        params: OrderParams,
        body: ReasonBody,
        response: responses({ 200: reference(StaffOrderDetails) }, ...CHANGE_PROBLEMS),
      },
    },
    async (request, reply) => {
      const change = await changeOf(request, reply, request.body.reason);
      return send(reply, await deliver(request.database, services, change));
    },
  );

  app.post(
    '/admin/orders/:order_id/cancel',
    {
      schema: {
        operationId: 'cancelOrderAsStaff',
        summary:
          'Cancel an order of which nothing has been sent; its payment is voided or refunded',
        tags: ['admin'],
        params: OrderParams,
        body: ReasonBody,
        response: responses({ 200: reference(StaffOrderDetails) }, ...CHANGE_PROBLEMS),
      },
    },
    async (request, reply) => {
      const change = await changeOf(request, reply, request.body.reason);
      return send(reply, await cancel(request.database, services, change));
    },
  );

  app.post(
    '/admin/orders/:order_id/refunds',
    {
      schema: {
        operationId: 'refundOrder',
        summary: 'Give back captured money, in part or whole, and take units off the order',
        tags: ['admin'],
        params: OrderParams,
        body: RefundBody,
        response: responses({ 200: reference(StaffOrderDetails) }, ...CHANGE_PROBLEMS),
      },
    },
    async (request, reply) => {
      const { amount, lines = [], reason } = request.body;
      if (amount === 0) throw invalidField('amount', 'must be more than 0');
      const draft = {
        amountMinor: amount === undefined ? null : minorFromNumber(amount),
        lines: lines.map(({ product_id: productId, quantity, units, restock: isRestocked }) => ({
          productId,
          quantity,
          units,
          isRestocked,
        })),
      };
      const change = await changeOf(request, reply, reason);
      return send(reply, await refund(request.database, services, change, draft));
    },
  );
}

function readRoutes(app: App): void {
  app.get(
    '/admin/orders',
    {
      schema: {
        operationId: 'listAllOrders',
        summary: 'Orders of all customers, newest first',
        tags: ['admin'],
        querystring: StaffOrderQuery,
        response: responses({ 200: StaffOrderPage }, 401, 403, 422, 429, 503),
      },
    },
    async (request) => {
      const { status, payment_status, number, email, from, to, cursor, limit } = request.query;
      const rows = await listStaffOrders(request.database, {
        status: status ?? null,
        paymentStatus: payment_status ?? null,
        number: number === undefined ? null : orderNumberOf(number),
        email: email ?? null,
        from: from ?? null,
        to: to ?? null,
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
    '/admin/orders/:order_id',
    {
      schema: {
        operationId: 'getAnyOrder',
        summary: 'An order of any customer, with who has changed it and why',
        tags: ['admin'],
        params: OrderParams,
        response: responses({ 200: reference(StaffOrderDetails) }, 401, 403, 404, 422, 429, 503),
      },
    },
    async (request) => {
      const order = await orderOf(request);
      const details = await findStaffOrderDetails(request.database, order);
      if (!details) throw new Problem('order-not-found');
      return details;
    },
  );
}

type OrderRequest = FastifyRequest<{ Params: OrderParams }>;

async function orderOf({
  database,
  params,
}: Pick<OrderRequest, 'database' | 'params'>): Promise<OrderKey> {
  const order = await findOrderKey(database, orderIdOf(params));
  if (!order) throw new Problem('order-not-found');
  return order;
}

/** Logs who changes what: the history has those changes that were made, the log also those that were refused. */
async function changeOf(
  request: FastifyRequest & Pick<OrderRequest, 'params'>,
  reply: FastifyReply,
  reason: string | undefined,
): Promise<ChangeRequest> {
  const actorId = staffId(request);
  const order = await orderOf(request);
  request.log.info({ staff: actorId, order_id: order.orderId }, 'staff change an order');
  return {
    order,
    by: { actor: 'staff', actorId, reason: reason ?? null },
    idempotentRequest: keyOfStaff(actorId, idempotentRequestOf(request)),
    respond: async () => {
      const details = await findStaffOrderDetails(request.database, order);
      if (!details) throw new Problem('order-not-found');
      return orderResponse(String(reply.serializeInput(details, '200')));
    },
  };
}

/** Kept beside the customer's keys, under a name that no customer can send: it has a tab. */
function keyOfStaff(
  staff: string,
  request: IdempotentRequest | undefined,
): IdempotentRequest | undefined {
  if (!request) return undefined;
  const name = createHash('sha256')
    .update(JSON.stringify([staff, request.key]))
    .digest('hex');
  return { ...request, key: `staff\t${name}` };
}

function requireDistinct(productIds: readonly string[]): void {
  if (new Set(productIds).size < productIds.length)
    throw invalidField('lines', 'must name each product once');
}

const send = (reply: FastifyReply, changed: StoredResponse | Replayed): FastifyReply =>
  'replayed' in changed ? sendReplay(reply, changed.replayed) : sendStored(reply, changed);
