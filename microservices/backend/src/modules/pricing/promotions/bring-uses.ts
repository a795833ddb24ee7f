/**
 * Each bucket gives away its own uses of a limited promotion, and gets some of another bucket when it has none left.
 * As with stock (inventory/bring-stock.ts), no two transactions wait for each other: an order locks the promotions of
 * its bucket by their ids, and a move locks one promotion in the order of the buckets.
 */
import type { RequestDatabase, Transaction } from '../../../db/connection.ts';
import { commit, type Ending, inTransaction, rollback } from '../../../db/transaction.ts';
import {
  findAllotments,
  lockAllotment,
  moveUses,
  promotionScope,
} from './promotion-uses.queries.ts';

/** @returns false if no use is left anywhere. Another order may take what it has brought: then try again */
export async function bringUses(
  database: RequestDatabase,
  bucket: number,
  promotionId: string,
): Promise<boolean> {
  const allotments = await findAllotments(database, [promotionId]);
  for (const { bucket: from } of allotments) {
    if (from === bucket) return true;
    const work = (transaction: Transaction) => bringFrom(transaction, promotionId, from, bucket);
    if (await inTransaction(database, work, [promotionScope(promotionId)])) return true;
  }
  return false;
}

/** @returns whether the bucket has some now */
async function bringFrom(
  transaction: Transaction,
  promotionId: string,
  from: number,
  into: number,
): Promise<Ending<boolean>> {
  const locked = new Map<number, number>();
  for (const bucket of [from, into].toSorted((a, b) => a - b))
    locked.set(bucket, await lockAllotment(transaction, bucket, promotionId));
  if ((locked.get(into) ?? 0) > 0) return rollback(true);
  const free = locked.get(from) ?? 0;
  if (free === 0) return rollback(false);
  // Half of them, so that a bucket with more customers does not come for each use.
  await moveUses(transaction, { promotionId, from, into, uses: Math.ceil(free / 2) });
  return commit(true);
}
