import { Type } from 'typebox';
import type { RequestDatabase, Transaction } from '../../db/connection.ts';
import type { LockScope, LockTimeout } from '../../db/locks/lock-scope.ts';
import { defineRowSets } from '../../db/row-sets.ts';
import { defineStatement, query, queryOne } from '../../db/statement.ts';

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

/** The one statement that reads all buckets: it locks nothing, and what it tells may have changed. */
const findStockStatement = defineStatement({
  name: 'find-stock',
  text: `
    select bucket::integer as bucket, product_id, on_hand
    from inventory
    where product_id = any($1::text[]) and on_hand > 0
    order by on_hand desc`,
  row: Type.Object({
    bucket: Type.Integer(),
    product_id: Type.String(),
    on_hand: Type.Integer(),
  }),
});

const lockStockStatement = defineStatement({
  name: 'lock-stock',
  text: `
    select on_hand from inventory
    where bucket = $1::smallint and product_id = $2::text
    for update`,
  row: Type.Object({ on_hand: Type.Integer() }),
});

const giveUnitsStatement = defineStatement({
  name: 'give-units',
  text: `
    update inventory set on_hand = on_hand - $3::integer, updated_at = now()
    where bucket = $1::smallint and product_id = $2::text
    returning on_hand`,
  row: Type.Object({ on_hand: Type.Integer() }),
});

/** A bucket may have had no row of the product. */
const getUnitsStatement = defineStatement({
  name: 'get-units',
  text: `
    insert into inventory as i (bucket, product_id, on_hand)
    values ($1::smallint, $2::text, $3::integer)
    on conflict (bucket, product_id) do update
    set on_hand = i.on_hand + excluded.on_hand, updated_at = now()
    returning on_hand`,
  row: Type.Object({ on_hand: Type.Integer() }),
});

export const statements = [
  takeStockStatement,
  findLockedStatement,
  findStockStatement,
  lockStockStatement,
  giveUnitsStatement,
  getUnitsStatement,
];

/** Those that wait for the stock of other buckets, or for the whole table. */
const WAITING = new Set(
  [takeStockStatement, lockStockStatement, giveUnitsStatement, getUnitsStatement].map(
    ({ name }) => name,
  ),
);

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
  // No row: the stock of another bucket, or a lock of the table that only forbids changes, as `create index` takes it.
  if (rows.length === 0 && WAITING.has(statement)) return productIds;
  return rows.map((row) => row.product_id);
}

export interface OrderedLine {
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

/** The units that a bucket has of a product; at least one. */
export interface Stock {
  readonly bucket: number;
  readonly productId: string;
  readonly onHand: number;
}

/** @returns the stock of all buckets, the largest first */
export async function findStock(
  database: RequestDatabase,
  productIds: readonly string[],
): Promise<Stock[]> {
  const rows = await query({ ...database, failsWhenLocked: true }, findStockStatement, [
    productIds,
  ]);
  return rows.map((row) => ({
    bucket: row.bucket,
    productId: row.product_id,
    onHand: row.on_hand,
  }));
}

/** @returns the units on hand, or undefined if the bucket has no row of the product */
export async function lockStock(
  transaction: Transaction,
  bucket: number,
  productId: string,
): Promise<number | undefined> {
  const [row] = await query(transaction, lockStockStatement, [bucket, productId]);
  return row?.on_hand;
}

/** Moves units between buckets, of which the giving one is locked and has as many. */
export async function moveUnits(
  transaction: Transaction,
  move: {
    readonly productId: string;
    readonly from: number;
    readonly into: number;
    readonly units: number;
  },
): Promise<void> {
  const { productId, from, into, units } = move;
  await queryOne(transaction, giveUnitsStatement, [from, productId, units]);
  await queryOne(transaction, getUnitsStatement, [into, productId, units]);
}
