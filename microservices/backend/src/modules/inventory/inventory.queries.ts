import { Type } from 'typebox';
import type { RequestDatabase, Transaction } from '../../db/connection.ts';
import type { LockScope, LockTimeout } from '../../db/locks/lock-scope.ts';
import { defineRowSets } from '../../db/row-sets.ts';
import { defineStatement, query } from '../../db/statement.ts';

const sets = defineRowSets({ ordered: { product_id: 'text', quantity: 'integer' } }, 1);

/**
 * Locks in the order of product_id, so that two orders of the same products never deadlock. `locked` has the
 * numbers as they are once the lock is held, not as the snapshot saw them. Returns the products that are short;
 * then nothing may be kept, so the caller rolls back.
 */
const takeStockStatement = defineStatement({
  name: 'take-stock',
  text: `
    with wanted as (select * from ${sets.from.ordered}),
    locked as (
      select i.product_id, i.on_hand
      from inventory as i join wanted using (product_id)
      where i.bucket = $1::smallint
      order by i.product_id
      for update of i
    ),
    taken as (
      update inventory as i
      set on_hand = locked.on_hand - wanted.quantity, updated_at = now()
      from locked join wanted using (product_id)
      where i.bucket = $1::smallint and i.product_id = locked.product_id
        and locked.on_hand >= wanted.quantity
      returning i.product_id
    )
    select wanted.product_id, coalesce(locked.on_hand, 0) as available
    from wanted left join locked using (product_id)
    where wanted.product_id not in (select product_id from taken)`,
  row: Type.Object({ product_id: Type.String(), available: Type.Integer() }),
});

/** Products whose stock in the bucket another session has locked. */
const findLockedStatement = defineStatement({
  name: 'find-locked-stock',
  text: `
    with free as (
      select product_id from inventory
      where bucket = $1::smallint and product_id = any($2::text[])
      for update skip locked
    )
    select product_id from inventory
    where bucket = $1::smallint and product_id = any($2::text[])
      and product_id not in (select product_id from free)`,
  row: Type.Object({ product_id: Type.String() }),
});

export const statements = [takeStockStatement, findLockedStatement];

/**
 * The stock of a product, which orders of it lock one after the other. Two at once: one has the lock, and the next
 * gets it without a pause.
 */
export const stockScope = (productId: string): LockScope => ({
  name: `stock ${productId}`,
  width: 2,
});

/**
 * Which stock is locked, after an order of it has waited in vain.
 *
 * @throws LockTimeout if the whole table is locked
 */
export async function findLockedStock(
  database: RequestDatabase,
  bucket: number,
  productIds: readonly string[],
  { statement }: LockTimeout,
): Promise<readonly string[]> {
  const rows = await query({ ...database, failsWhenLocked: true }, findLockedStatement, [
    bucket,
    productIds,
  ]);
  // No row: a lock of the table that only forbids changes, as `create index` takes it.
  if (rows.length === 0 && statement === takeStockStatement.name) return productIds;
  return rows.map((row) => row.product_id);
}

interface OrderedLine {
  readonly productId: string;
  readonly quantity: number;
}

/**
 * Takes the quantities out of the bucket's stock.
 *
 * @returns what is left of each product that is short; empty if all could be taken
 */
export async function takeStock(
  transaction: Transaction,
  bucket: number,
  lines: readonly OrderedLine[],
): Promise<ReadonlyMap<string, number>> {
  const ordered = lines.map(({ productId: product_id, quantity }) => ({ product_id, quantity }));
  const values = [bucket, ...sets.parameters({ ordered })];
  const short = await query(transaction, takeStockStatement, values);
  return new Map(short.map((row) => [row.product_id, row.available]));
}
