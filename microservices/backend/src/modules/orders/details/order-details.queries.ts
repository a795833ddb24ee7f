import { type Static, Type } from 'typebox';
import type { Connection } from '../../../db/connection.ts';
import { defineStatement, query } from '../../../db/statement.ts';
import { type OrderKey, orderKey } from '../lifecycle/payment-tasks.queries.ts';
import { TRANSITIONS } from '../lifecycle/transitions.ts';
import { findOrder } from '../orders.queries.ts';
import type { OrderDetails, StaffOrderDetails } from './order-details.schemas.ts';

const Text = Type.Union([Type.String(), Type.Null()]);

const Changes = Type.Object({
  history: Type.Array(
    Type.Object({
      at: Type.String(),
      event: Type.String(),
      actor: Type.Enum(['customer', 'staff', 'provider', 'system']),
      actor_id: Text,
      reason: Text,
    }),
  ),
  fulfilments: Type.Array(
    Type.Object({
      fulfilment_id: Type.String(),
      carrier: Text,
      tracking_number: Text,
      tracking_url: Text,
      created_at: Type.String(),
      delivered_at: Text,
      items: Type.Array(Type.Object({ product_id: Type.String(), quantity: Type.Integer() })),
    }),
  ),
  refunds: Type.Array(
    Type.Object({
      refund_id: Type.String(),
      amount: Type.Number(),
      status: Type.Enum(['pending', 'succeeded', 'failed']),
      lines: Type.Array(
        Type.Object({
          product_id: Type.String(),
          quantity: Type.Integer(),
          units: Type.Enum(['unsent', 'returned']),
          restocked: Type.Boolean(),
        }),
      ),
      reference: Text,
      failure: Text,
      created_at: Type.String(),
    }),
  ),
  units: Type.Array(
    Type.Object({
      product_id: Type.String(),
      ordered: Type.Integer(),
      fulfilled: Type.Integer(),
      cancelled: Type.Integer(),
      returned: Type.Integer(),
    }),
  ),
});
type Changes = Static<typeof Changes>;

const findChangesStatement = defineStatement({
  name: 'find-order-changes',
  text: `
    select
      (
        select coalesce(json_agg(json_build_object(
          'at', at, 'event', coalesce(event, status), 'actor', actor, 'actor_id', actor_id, 'reason', reason
        ) order by sequence), '[]')
        from order_history
        where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid
      ) as history,
      (
        select coalesce(json_agg(json_build_object(
          'fulfilment_id', f.fulfilment_id, 'carrier', f.carrier, 'tracking_number', f.tracking_number,
          'tracking_url', f.tracking_url, 'created_at', f.created_at, 'delivered_at', f.delivered_at,
          'items', (
            select json_agg(json_build_object(
              'product_id', i.product_id, 'quantity', l.quantity) order by l.line_number)
            from order_fulfilment_lines as l
            join order_items as i
              on i.bucket = $1::smallint and i.customer_id = l.customer_id and i.order_id = l.order_id
              and i.line_number = l.line_number
            where l.bucket = $1::smallint and l.customer_id = f.customer_id and l.order_id = f.order_id
              and l.fulfilment_id = f.fulfilment_id
          )
        ) order by f.created_at, f.fulfilment_id), '[]')
        from order_fulfilments as f
        where f.bucket = $1::smallint and f.customer_id = $2::text and f.order_id = $3::uuid
      ) as fulfilments,
      (
        select coalesce(json_agg(json_build_object(
          'refund_id', refund_id, 'amount', amount, 'status', status, 'lines', lines, 'reference', reference,
          'failure', failure, 'created_at', created_at
        ) order by created_at, refund_id), '[]')
        from refunds
        where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid
      ) as refunds,
      (
        select coalesce(json_agg(json_build_object(
          'product_id', product_id, 'ordered', quantity, 'fulfilled', fulfilled, 'cancelled', cancelled,
          'returned', returned
        ) order by line_number), '[]')
        from order_items
        where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid
      ) as units`,
  row: Changes,
});

export const statements = [findChangesStatement];

/** What its customer sees: who of the staff did something, and why, stays inside. */
export async function findOrderDetails(
  connection: Connection,
  order: OrderKey,
): Promise<OrderDetails | undefined> {
  const details = await findStaffOrderDetails(connection, order);
  if (!details) return undefined;
  return {
    ...details,
    history: details.history.filter(isForCustomers).map(({ at, event, actor, reason }) => ({
      at,
      event,
      actor,
      reason: actor === 'staff' ? null : reason,
    })),
    refunds: details.refunds.map(
      ({ reference: _reference, failure: _failure, ...refund }) => refund,
    ),
  };
}

const INTERNAL = new Set(['link_requested', 'captured', 'capture_failed', 'void_failed']);
const isForCustomers = ({ event }: { readonly event: string }): boolean => !INTERNAL.has(event);

export async function findStaffOrderDetails(
  connection: Connection,
  order: OrderKey,
): Promise<StaffOrderDetails | undefined> {
  const found = await findOrder(connection, order.customerId, order.orderId);
  if (!found) return undefined;
  const [changes] = await query(connection, findChangesStatement, orderKey(connection, order));
  if (!changes) throw new Error('find-order-changes returned no row');
  const { history, fulfilments, refunds, units } = changes;
  return {
    ...found,
    history,
    fulfilments,
    refunds,
    units,
    refunded: refundedOf(refunds),
    can_cancel: TRANSITIONS.cancel.from.some((status) => status === found.status),
  };
}

/** In hundredths first: a sum of decimals would drift. */
const refundedOf = (refunds: Changes['refunds']): number =>
  refunds
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, { amount }) => sum + Math.round(amount * 100), 0) / 100;
