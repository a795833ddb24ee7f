import type { Database, Transaction } from '../../../db/connection.ts';
import { commit, inTransaction } from '../../../db/transaction.ts';
import { MAX_CART_LINES } from '../../../http/schemas.ts';
import type { Answer } from '../../../http/stored-response.ts';
import type { Keyed } from '../../../idempotency/idempotent-request.ts';
import { once, type Replayed } from '../../../idempotency/with-idempotency.ts';
import type { CartMemory } from '../engine/cart-cache.ts';
import { readCart } from '../engine/cart-reader.ts';
import type { CartCopy } from '../engine/cart-snapshot.ts';
import { countMergedLines, lockCarts, mergeCarts, openCart } from './cart-merge.queries.ts';

export interface Merge {
  /** Whose lines move: a guest, before signing in. */
  readonly from: string;
  readonly into: string;
  readonly isWanted: (version: number) => boolean;
}

export type Merged =
  | { readonly outcome: 'merged' | 'unchanged' | 'other-version'; readonly cart: CartCopy }
  | { readonly outcome: 'line-limit' };

/**
 * Moves all lines of one cart into another, or none. A second time there is nothing left to move, so it
 * may be repeated. Quantities of the same product add up, as far as a line holds.
 *
 * @param keyed with an Idempotency-Key
 */
export function merge(
  database: Database,
  memory: CartMemory,
  wanted: Merge,
  keyed: Keyed | undefined,
  toAnswer: (merged: Merged) => Answer,
): Promise<Merged | Replayed> {
  return inTransaction<Merged | Replayed>(database, async (transaction) =>
    commit(
      await once(
        transaction,
        wanted.into,
        keyed,
        () => decide(transaction, memory, wanted),
        toAnswer,
      ),
    ),
  );
}

async function decide(
  transaction: Transaction,
  memory: CartMemory,
  wanted: Merge,
): Promise<Merged> {
  const { from, into, isWanted } = wanted;
  await lockCarts(transaction, [from, into]);
  const cart = await readCart(transaction, memory, into);
  if (!isWanted(cart.version)) return { outcome: 'other-version', cart };
  const { moving, merged } = await countMergedLines(transaction, from, into);
  if (moving === 0 || from === into) return { outcome: 'unchanged', cart };
  if (merged > MAX_CART_LINES) return { outcome: 'line-limit' };
  const isNew = cart.version === 0 && (await openCart(transaction, into));
  // Somebody has made it meanwhile, so it was not locked.
  if (cart.version === 0 && !isNew) return decide(transaction, memory, wanted);
  await mergeCarts(transaction, { from, into, isNew });
  return { outcome: 'merged', cart: await readCart(transaction, memory, into) };
}
