import pg from 'pg';
import { inject } from 'vitest';

/** Runs SQL in the shop's database as the superuser. */
export async function sql<Row extends pg.QueryResultRow>(
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: inject('shop').databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

export const setPrice = (productId: string, price: string) =>
  sql('update products set price = $2 where product_id = $1', [productId, price]);

export const setStock = (productId: string, onHand: number) =>
  sql('update inventory set on_hand = $2 where product_id = $1', [productId, onHand]);

/** Without those that were never paid. */
export async function countOrders(): Promise<number> {
  const [row] = await sql<{ count: number }>(
    `select count(*)::integer as count from orders
     where status not in ('payment_failed', 'expired')`,
  );
  return row?.count ?? 0;
}
