import { Type } from 'typebox';
import { customerKey } from '../../db/buckets.ts';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, query } from '../../db/statement.ts';
import { findOrder } from '../orders/orders.queries.ts';
import type { MailOrder } from './content/write-mail.ts';

const localeStatement = defineStatement({
  name: 'find-order-locale',
  text: `
    select locale
    from orders
    where bucket = $1::smallint and customer_id = $2::text and order_id = $3::uuid`,
  row: Type.Object({ locale: Type.Union([Type.String(), Type.Null()]) }),
});

export const statements = [localeStatement];

export async function findMailOrder(
  connection: Connection,
  customerId: string,
  orderId: string,
): Promise<MailOrder | undefined> {
  const order = await findOrder(connection, customerId, orderId);
  if (!order) return undefined;
  const key = customerKey(connection, customerId);
  const [row] = await query(connection, localeStatement, [...key, orderId]);
  return {
    ...order,
    number: order.number ?? shortNumber(order.order_id),
    locale: row?.locale ?? null,
  };
}

/** An order of a release without numbers is called as the storefront calls it. */
const shortNumber = (orderId: string): string => orderId.slice(0, 8).toUpperCase();
