import type { RequestDatabase, Transaction } from '../../../db/connection.ts';
import { customerScope } from '../../../db/locks/lock-scope.ts';
import { commit, inTransaction } from '../../../db/transaction.ts';
import { Problem } from '../../../http/problem.ts';
import type { StoredResponse } from '../../../http/stored-response.ts';
import type { IdempotentRequest } from '../../../idempotency/idempotent-request.ts';
import { type Replayed, withIdempotency } from '../../../idempotency/with-idempotency.ts';
import { moveCodes } from '../../pricing/promotions/cart-codes.queries.ts';
import type { CartCache } from '../engine/cart-cache.ts';
import { readCart } from '../engine/cart-reader.ts';
import { MAX_CART_LINES } from '../engine/cart-rules.ts';
import type { CartSnapshot } from '../engine/cart-snapshot.ts';
import { hasPendingOrder, lockCarts, mergeCarts, openCart } from './cart-merge.queries.ts';

export interface Merge {
  /** The guest whose lines move. */
  readonly from: string;
  readonly into: string;
  readonly acceptsVersion: (version: number) => boolean;
}

export type Merged =
  | { readonly outcome: 'merged' | 'unchanged' | 'version-mismatch'; readonly cart: CartSnapshot }
  | { readonly outcome: 'line-limit' };

/**
 * Moves all lines of one cart into another, or none, and the promotion codes with them. Idempotent: a second call finds nothing to move. Quantities
 * of the same product add up, up to the limit of a line.
 *
 * @throws Problem 409 while an order of the guest is being paid: its lines leave the guest's cart afterwards
 * @param idempotentRequest with an Idempotency-Key
 */
export function merge(
  database: RequestDatabase,
  cache: CartCache,
  wanted: Merge,
  idempotentRequest: IdempotentRequest | undefined,
  toResponse: (merged: Merged) => StoredResponse,
): Promise<Merged | Replayed> {
  const work = async (transaction: Transaction) =>
    commit(
      await withIdempotency(
        transaction,
        wanted.into,
        idempotentRequest,
        () => decide(transaction, cache, wanted),
        toResponse,
      ),
    );
  return inTransaction<Merged | Replayed>(
    database,
    work,
    [wanted.from, wanted.into].map(customerScope),
  );
}

async function decide(transaction: Transaction, cache: CartCache, wanted: Merge): Promise<Merged> {
  const { from, into, acceptsVersion } = wanted;
  const locked = await lockCarts(transaction, [from, into]);
  const cart = await readCart(transaction, cache, into);
  // Created by another transaction after this one looked for it: start again, and lock it.
  if (cart.version > 0 && !locked.has(into)) return decide(transaction, cache, wanted);
  if (!acceptsVersion(cart.version)) return { outcome: 'version-mismatch', cart };
  // Without a lock, lines that come between reading and removing would be lost. A cart without a row had none.
  const { lines } = locked.has(from)
    ? await readCart(transaction, cache, from)
    : cache.unused(from);
  if (lines.length === 0 || from === into) return { outcome: 'unchanged', cart };
  // Not stored as a response: the same request succeeds once the order is paid or given up.
  if (await hasPendingOrder(transaction, from))
    throw new Problem('order-pending', { retryAfterSeconds: 1 });
  const merged = new Set([...cart.lines, ...lines].map(({ productId }) => productId));
  if (merged.size > MAX_CART_LINES) return { outcome: 'line-limit' };
  const isNew = cart.version === 0 && (await openCart(transaction, into));
  if (cart.version === 0 && !isNew) return decide(transaction, cache, wanted);
  await mergeCarts(transaction, { from, lines, into, isNew });
  await moveCodes(transaction, { from, into });
  return { outcome: 'merged', cart: await readCart(transaction, cache, into) };
}
