import { Type } from 'typebox';
import { customerKey } from '../../../db/buckets.ts';
import type { Connection } from '../../../db/connection.ts';
import { defineStatement, query } from '../../../db/statement.ts';

const findPendingOrderStatement = defineStatement({
  name: 'find-pending-order',
  text: `
    select o.order_id, extract(epoch from now() - o.created_at)::integer as age_seconds,
      array(
        select l.product_id from order_items as l
        where l.bucket = $1::smallint and l.customer_id = $2::text and l.order_id = o.order_id
      ) as product_ids,
      array(
        select u.promotion_id from promotion_uses as u
        where u.bucket = $1::smallint and u.customer_id = $2::text and u.order_id = o.order_id
          and u.is_limited
      ) as promotion_ids
    from stock_holds as h
    join orders as o on o.customer_id = h.customer_id and o.order_id = h.order_id
    where h.bucket = $1::smallint and h.customer_id = $2::text and o.bucket = $1::smallint`,
  row: Type.Object({
    order_id: Type.String({ format: 'uuid' }),
    age_seconds: Type.Integer(),
    product_ids: Type.Array(Type.String()),
    promotion_ids: Type.Array(Type.String()),
  }),
});

const extendHoldStatement = defineStatement({
  name: 'extend-hold',
  locksCustomer: true,
  text: `
    update stock_holds
    set expires_at = greatest(expires_at, now() + $4::integer * interval '1 second')
    where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid
    returning order_id`,
  row: Type.Object({ order_id: Type.String({ format: 'uuid' }) }),
});

export const statements = [findPendingOrderStatement, extendHoldStatement];

export interface PendingOrder {
  readonly orderId: string;
  /** Seconds since it was placed. */
  readonly ageSeconds: number;
  readonly productIds: readonly string[];
  readonly promotionIds: readonly string[];
}

/** The order of the customer that waits for its payment. */
export async function findPendingOrder(
  connection: Connection,
  customerId: string,
): Promise<PendingOrder | undefined> {
  const [row] = await query(
    connection,
    findPendingOrderStatement,
    customerKey(connection, customerId),
  );
  return (
    row && {
      orderId: row.order_id,
      ageSeconds: row.age_seconds,
      productIds: row.product_ids,
      promotionIds: row.promotion_ids,
    }
  );
}

export const isPending = async (
  connection: Connection,
  customerId: string,
  orderId: string,
): Promise<boolean> => (await findPendingOrder(connection, customerId))?.orderId === orderId;

/** @returns whether the order still waits */
export async function extendHold(
  connection: Connection,
  customerId: string,
  orderId: string,
  seconds: number,
): Promise<boolean> {
  const own = customerKey(connection, customerId);
  return (await query(connection, extendHoldStatement, [...own, orderId, seconds])).length === 1;
}
