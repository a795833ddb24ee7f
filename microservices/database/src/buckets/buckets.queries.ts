import type { Connection } from '../database/connection.ts';
import { BUCKETS, SHARE } from './allotment.ts';

/** Until the transaction ends nobody becomes a customer, and no stock is sold or set. */
export async function lockShop(connection: Connection): Promise<void> {
  await connection.query(
    `lock table public.buckets, public.carts, public.orders, public.idempotency_keys,
       public.inventory in share row exclusive mode`,
  );
}

export async function readShop(
  connection: Connection,
): Promise<{ readonly buckets: number; readonly hasCustomers: boolean }> {
  const { rows } = await connection.query<{ buckets: number; has_customers: boolean }>(
    `select (select count(*)::integer from public.buckets) as buckets,
       exists (select from public.carts) or exists (select from public.orders)
         or exists (select from public.idempotency_keys) as has_customers`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('no row about the buckets');
  return { buckets: row.buckets, hasCustomers: row.has_customers };
}

export async function replaceBuckets(connection: Connection, buckets: number): Promise<void> {
  await connection.query('delete from public.buckets');
  await connection.query(
    'insert into public.buckets (bucket) select generate_series(0, $1::integer - 1)',
    [buckets],
  );
}

/** The sum of each product's stock stays as it is. */
export async function allotStocks(connection: Connection): Promise<void> {
  await connection.query(
    `with taken as (delete from public.inventory returning product_id, on_hand),
     total as (
       select product_id, sum(on_hand)::integer as stock from taken group by product_id
     )
     insert into public.inventory (bucket, product_id, on_hand)
     select b.bucket, product_id, ${SHARE}
     from total cross join ${BUCKETS}
     order by b.bucket, product_id`,
  );
}

/** The limit of each promotion stays as it is. */
export async function allotPromotions(connection: Connection): Promise<void> {
  await connection.query(
    `with taken as (delete from public.promotion_allotments returning promotion_id, allotted),
     total as (
       select promotion_id, sum(allotted)::integer as stock from taken group by promotion_id
     )
     insert into public.promotion_allotments (bucket, promotion_id, allotted)
     select b.bucket, promotion_id, ${SHARE}
     from total cross join ${BUCKETS}
     order by b.bucket, promotion_id`,
  );
}
