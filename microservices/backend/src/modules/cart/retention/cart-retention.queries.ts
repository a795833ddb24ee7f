import { Type } from 'typebox';
import type { Connection } from '../../../db/connection.ts';
import { defineStatement, query } from '../../../db/statement.ts';

const markSeenStatement = defineStatement({
  name: 'mark-cart-seen',
  text: `
    update carts set seen_at = now() where customer_id = $1::text
    returning customer_id`,
  row: Type.Object({ customer_id: Type.String() }),
});

export const statements = [markSeenStatement];

/** Starts the age of the cart anew for pruning, without changing the cart. */
export async function markCartSeen(connection: Connection, customerId: string): Promise<void> {
  await query(connection, markSeenStatement, [customerId]);
}
