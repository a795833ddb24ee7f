import { Type } from 'typebox';
import type { RequestDatabase, Transaction } from '../../db/connection.ts';
import type { LockScope } from '../../db/locks/lock-scope.ts';
import { defineStatement, query, queryOne } from '../../db/statement.ts';

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

const findStockStatement = defineStatement({
  name: 'find-stock',
  text: `
    select bucket::integer as bucket, product_id, on_hand - held as free
    from inventory
    where product_id = any($1::text[]) and on_hand > held
    order by free desc`,
  row: Type.Object({
    bucket: Type.Integer(),
    product_id: Type.String(),
    free: Type.Integer(),
  }),
});

const lockStockStatement = defineStatement({
  name: 'lock-stock',
  text: `
    select on_hand - held as free from inventory
    where bucket = $1::smallint and product_id = $2::text
    for no key update`,
  row: Type.Object({ free: Type.Integer() }),
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
  findLockedStatement,
  findStockStatement,
  lockStockStatement,
  giveUnitsStatement,
  getUnitsStatement,
];

/**
 * The stock of a product, which orders of it lock one after the other. Two at once: one has the lock, and the next
 * gets it without a pause.
 */
export const stockScope = (productId: string): LockScope => ({
  name: `stock ${productId}`,
  width: 2,
});

/**
 * Which of the products are locked in the bucket, after an order of them has waited in vain.
 *
 * @throws LockTimeout if the whole table is locked
 */
export async function findLockedStock(
  database: RequestDatabase,
  bucket: number,
  productIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await query({ ...database, failsWhenLocked: true }, findLockedStatement, [
    bucket,
    productIds,
  ]);
  return rows.map((row) => row.product_id);
}

export interface OrderedLine {
  readonly productId: string;
  readonly quantity: number;
}

/** The units of a product that a bucket can sell; at least one. */
export interface Stock {
  readonly bucket: number;
  readonly productId: string;
  readonly free: number;
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
    free: row.free,
  }));
}

/** @returns the units that can be sold, or undefined if the bucket has no row of the product */
export async function lockStock(
  transaction: Transaction,
  bucket: number,
  productId: string,
): Promise<number | undefined> {
  const [row] = await query(transaction, lockStockStatement, [bucket, productId]);
  return row?.free;
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
