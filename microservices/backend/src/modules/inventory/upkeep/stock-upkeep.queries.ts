/**
 * Terminology
 *   free     units that can be ordered: on hand and not held.
 *   few      STOCK_LOW_AT units or fewer in all buckets together, after somebody has ordered some.
 *   uneven   a bucket has less than half of its fair share.
 */
import { type Static, Type } from 'typebox';
import type { Connection, RequestDatabase, Transaction } from '../../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../../db/statement.ts';

const Finding = Type.Object({
  product_id: Type.String(),
  free: Type.Integer(),
  is_few: Type.Boolean(),
  was_few: Type.Boolean(),
  is_uneven: Type.Boolean(),
});

/** Products that need something; $1 is the number of buckets. */
const lookOverStockStatement = defineStatement({
  name: 'look-over-stock',
  text: `
    select product_id, free, is_few, was_few, is_uneven
    from (
      select s.product_id, s.free, s.free <= $2::integer and s.ordered > 0 as is_few,
        l.product_id is not null as was_few,
        $1::integer > 1 and s.free >= $1::integer
          and (s.least < s.free / $1::integer / 2 or s.least = 0) as is_uneven
      from (
        select product_id, sum(on_hand - held)::integer as free, sum(sold + held)::bigint as ordered,
          case when count(*) < $1::integer then 0 else min(on_hand - held) end as least
        from inventory
        group by product_id
      ) as s
      left join low_stock as l on l.product_id = s.product_id
    ) as f
    where is_few <> was_few or is_uneven
    order by product_id
    limit $3::integer`,
  row: Finding,
});

/** A product that another worker adds right now is waited for, and is not returned. */
const addLowStatement = defineStatement({
  name: 'add-low-stock',
  text: `
    insert into low_stock (bucket, product_id)
    select $1::smallint, p.product_id from unnest($2::text[]) as p(product_id)
    on conflict (bucket, product_id) do nothing
    returning product_id`,
  row: Type.Object({ product_id: Type.String() }),
});

const removeLowStatement = defineStatement({
  name: 'remove-low-stock',
  text: 'delete from low_stock where bucket = $1::smallint and product_id = any($2::text[])',
  row: Type.Object({}),
});

/** Of a bucket. Held units are those of the orders that wait. */
const sumUnitsStatement = defineStatement({
  name: 'sum-units',
  text: `
    select coalesce(sum(on_hand - held), 0)::text as free, coalesce(sum(held), 0)::text as held,
      coalesce(sum(sold), 0)::text as sold,
      (
        select count(*)::integer
        from (
          select u.product_id
          from (
            select i.product_id, i.held as units from inventory as i
            where i.bucket = $1::smallint and i.held > 0
            union all
            select l.product_id, -l.quantity
            from stock_holds as h
            join order_items as l
              on l.bucket = $1::smallint and l.customer_id = h.customer_id and l.order_id = h.order_id
            where h.bucket = $1::smallint
          ) as u
          group by u.product_id
          having sum(u.units) <> 0
        ) as w
      ) as wrong
    from inventory
    where bucket = $1::smallint`,
  row: Type.Object({
    free: Type.String(),
    held: Type.String(),
    sold: Type.String(),
    wrong: Type.Integer(),
  }),
});

export const statements = [
  lookOverStockStatement,
  addLowStatement,
  removeLowStatement,
  sumUnitsStatement,
];

export type Finding = Static<typeof Finding>;

export const lookOverStock = (
  database: RequestDatabase,
  { lowAt, limit }: { readonly lowAt: number; readonly limit: number },
): Promise<Finding[]> =>
  query(database, lookOverStockStatement, [database.buckets.count, lowAt, limit]);

/** @returns those that were not low before; they are locked until the commit */
export async function addLow(
  transaction: Transaction,
  bucket: number,
  productIds: readonly string[],
): Promise<string[]> {
  const rows = await query(transaction, addLowStatement, [bucket, productIds]);
  return rows.map(({ product_id }) => product_id);
}

export async function removeLow(
  connection: Connection,
  bucket: number,
  productIds: readonly string[],
): Promise<void> {
  await query(connection, removeLowStatement, [bucket, productIds]);
}

/** Units of all products of a bucket, and the number of products whose held units are not those of waiting orders. */
export async function sumUnits(connection: Connection, bucket: number) {
  const { free, held, sold, wrong } = await queryOne(connection, sumUnitsStatement, [bucket]);
  return { free: Number(free), held: Number(held), sold: Number(sold), wrong };
}
