import type { RequestDatabase, Transaction } from '../../../db/connection.ts';
import { LockTimeout } from '../../../db/locks/lock-scope.ts';
import { commit, type Ending, inTransactionOnce, rollback } from '../../../db/transaction.ts';
import { lockBoth } from '../bring-stock.ts';
import { findStock, moveUnits } from '../inventory.queries.ts';
import { evenOut, type Move } from './even-out.ts';

/** Orders go first: levelling can be done at the next look. */
const LOCK_TIMEOUT_MS = 50;

/** Evens out the free units of a product between the buckets, so that few orders have to bring some. */
export async function levelStock(database: RequestDatabase, productId: string): Promise<void> {
  const free = Array.from({ length: database.buckets.count }, () => 0);
  for (const stock of await findStock(database, [productId])) free[stock.bucket] = stock.free;
  for (const move of evenOut(free)) {
    const work = (transaction: Transaction) => carryOut(transaction, productId, move);
    await inTransactionOnce(database, work, LOCK_TIMEOUT_MS).catch(skipLocked);
  }
}

function skipLocked(error: unknown): void {
  if (!(error instanceof LockTimeout)) throw error;
}

/** Never makes the giver poorer than the other, whatever was sold or moved since the look. */
async function carryOut(
  transaction: Transaction,
  productId: string,
  { from, into, units }: Move,
): Promise<Ending<void>> {
  const free = await lockBoth(transaction, productId, from, into);
  const wanted = Math.min(units, Math.floor((free.from - free.into) / 2));
  if (wanted <= 0) return rollback(undefined);
  await moveUnits(transaction, { productId, from, into, units: wanted });
  return commit(undefined);
}
