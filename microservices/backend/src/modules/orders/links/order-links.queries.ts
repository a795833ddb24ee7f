import { Type } from 'typebox';
import type { Connection } from '../../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../../db/statement.ts';
import type { OrderKey } from '../lifecycle/payment-tasks.queries.ts';
import type { LinkedOrder } from './order-links.ts';

const requestLinkStatement = defineStatement({
  name: 'request-order-link',
  text: `
    select request_order_link($1::smallint, $2::text, $3::text, $4::integer) as is_requested`,
  row: Type.Object({ is_requested: Type.Boolean() }),
});

const findLinkedStatement = defineStatement({
  name: 'find-linked-order',
  text: `select customer_id from orders where bucket = $1::smallint and order_id = $2::uuid`,
  row: Type.Object({ customer_id: Type.String() }),
});

export const statements = [requestLinkStatement, findLinkedStatement];

/** Of one order, however often it is asked for. */
const PAUSE_SECONDS = 300;

/** In each bucket: a number says nothing about its customer. @returns whether the two belong together */
export async function requestOrderLink(
  connection: Connection,
  number: string,
  email: string,
): Promise<boolean> {
  let isRequested = false;
  for (let bucket = 0; bucket < connection.buckets.count; bucket += 1) {
    const values = [bucket, number, email, PAUSE_SECONDS];
    const row = await queryOne(connection, requestLinkStatement, values);
    isRequested ||= row.is_requested;
  }
  return isRequested;
}

export async function findLinkedOrder(
  connection: Connection,
  { bucket, orderId }: LinkedOrder,
): Promise<OrderKey | undefined> {
  const [row] = await query(connection, findLinkedStatement, [bucket, orderId]);
  return row && { customerId: row.customer_id, orderId };
}
