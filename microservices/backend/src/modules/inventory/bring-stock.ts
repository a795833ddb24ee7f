/**
 * Each bucket sells its own units of a product. One that is short gets units of another bucket in a short transaction
 * before the order is tried again, so that the last unit anywhere can be sold by every bucket.
 *
 * No two transactions wait for each other: an order locks the products of its bucket by their ids, and a move locks
 * one product in the order of the buckets.
 */
import type { RequestDatabase, Transaction } from '../../db/connection.ts';
import {
  commit,
  type Ending,
  inTransactionOnce,
  rollback,
  wasRolledBack,
} from '../../db/transaction.ts';
import {
  findStock,
  lockStock,
  moveUnits,
  type OrderedLine,
  type Stock,
} from './inventory.queries.ts';

/** What all buckets have together, by product; a product that none has is not in it. */
export async function sumStock(
  database: RequestDatabase,
  productIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  return sumOf(await findStock(database, productIds));
}

function sumOf(stocks: readonly Stock[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { productId, free } of stocks) sums.set(productId, (sums.get(productId) ?? 0) + free);
  return sums;
}

/**
 * Brings what the bucket is short of from the others. Another order may take it before this one: then try again.
 *
 * @param lines of which the bucket has too little
 * @returns the sum over all buckets of each product of which there is not enough anywhere; then nothing is moved
 */
export async function bringStock(
  database: RequestDatabase,
  bucket: number,
  lines: readonly OrderedLine[],
  lockTimeoutMs?: number,
): Promise<ReadonlyMap<string, number>> {
  const stocks = await findStock(
    database,
    lines.map(({ productId }) => productId),
  );
  const sums = sumOf(stocks);
  const available = ({ productId }: OrderedLine) => sums.get(productId) ?? 0;
  const short = lines.filter((line) => available(line) < line.quantity);
  if (short.length > 0) return new Map(short.map((line) => [line.productId, available(line)]));
  for (const line of lines) {
    const givers = stocks.filter((stock) => stock.productId === line.productId);
    for (const { bucket: from } of givers) {
      if (from === bucket) continue;
      const work = (transaction: Transaction) => bringFrom(transaction, from, bucket, line);
      if (await inTransactionOnce(database, work, lockTimeoutMs).catch(ignoreUnknown)) break;
    }
  }
  return new Map();
}

/** A commit without an answer: whether it was done or not, the order is tried again. */
function ignoreUnknown(error: unknown): boolean {
  if (wasRolledBack(error)) throw error;
  return true;
}

/** @returns whether the bucket has enough now */
async function bringFrom(
  transaction: Transaction,
  from: number,
  into: number,
  { productId, quantity }: OrderedLine,
): Promise<Ending<boolean>> {
  const locked = await lockBoth(transaction, productId, from, into);
  const needed = quantity - locked.into;
  const free = locked.from;
  if (needed <= 0 || free === 0) return rollback(needed <= 0);
  // Half of it, so that a bucket that sells more does not come for each unit.
  const units = Math.min(free, Math.max(needed, Math.floor(free / 2)));
  await moveUnits(transaction, { productId, from, into, units });
  return commit(units >= needed);
}

/**
 * Locks a product in two buckets.
 *
 * @returns their free units
 */
export async function lockBoth(
  transaction: Transaction,
  productId: string,
  from: number,
  into: number,
): Promise<{ readonly from: number; readonly into: number }> {
  const locked = new Map<number, number>();
  for (const bucket of [from, into].toSorted((a, b) => a - b))
    locked.set(bucket, (await lockStock(transaction, bucket, productId)) ?? 0);
  return { from: locked.get(from) ?? 0, into: locked.get(into) ?? 0 };
}
