import { Type } from 'typebox';
import { customerKey } from '../../../db/buckets.ts';
import type { Connection } from '../../../db/connection.ts';
import { defineStatement, query } from '../../../db/statement.ts';

const markSeenStatement = defineStatement({
  name: 'mark-cart-seen',
  text: `
    update carts set seen_at = now()
    where bucket = $1::smallint and customer_id = $2::text
    returning customer_id`,
  row: Type.Object({ customer_id: Type.String() }),
});

export const statements = [markSeenStatement];

/** Starts the age of the cart anew for pruning, without changing the cart. */
export async function markCartSeen(connection: Connection, customerId: string): Promise<void> {
  await query(connection, markSeenStatement, customerKey(connection, customerId));
}
