/**
 * From a cart to a paid order, by group commit.
 *
 * Terminology
 *   place    writes an order that waits for its payment, and holds its units: nobody pays for what is gone.
 *   settle   ends the wait: paid, or given up, which frees the units.
 */
import { BatchedWrites } from '../../../db/batching/batched-writes.ts';
import type { RequestDatabase, Transaction } from '../../../db/connection.ts';
import { customerScope, type LockScope } from '../../../db/locks/lock-scope.ts';
import { lockWaitsOf } from '../../../db/locks/lock-waits.ts';
import { commit, inTransactionOnce } from '../../../db/transaction.ts';
import { lockCart } from '../../cart/ordering/cart-ordering.queries.ts';
import { findLockedStock, stockScope } from '../../inventory/inventory.queries.ts';
import {
  type OrderDraft,
  type PlacementRow,
  placeOrders,
  type Settlement,
  settleOrders,
} from './order-engine.queries.ts';

type Outcome =
  | 'placed'
  | 'key-used'
  | 'pending-order'
  | 'cart-changed'
  | 'product-changed'
  | 'out-of-stock';

/** What became of a draft; nothing was written unless it was placed. */
export interface Placement {
  readonly outcome: Outcome;
  /** As JSON has it. */
  readonly createdAt: string;
}

const OUTCOMES: ReadonlySet<string> = new Set<Outcome>([
  'placed',
  'key-used',
  'pending-order',
  'cart-changed',
  'product-changed',
  'out-of-stock',
]);

export class OrderEngine {
  readonly #placing = new BatchedWrites<OrderDraft, Placement>(
    async (database, bucket, drafts) =>
      (await placeOrders(database, bucket, drafts)).map(toPlacement),
    (database, bucket, draft) =>
      waitingForLocks(
        database,
        scopesOf(draft),
        async (transaction) => (await placeOrders(transaction, bucket, [draft])).map(toPlacement),
        () => lockedScopesOf(database, bucket, draft),
      ),
  );
  readonly #settling = new BatchedWrites<Settlement, boolean>(
    settleOrders,
    (database, bucket, settlement) =>
      waitingForLocks(database, [customerScope(settlement.customerId)], (transaction) =>
        settleOrders(transaction, bucket, [settlement]),
      ),
  );

  /** @throws Problem 503; after a lost connection the order may have been placed: it expires if nobody settles it */
  place(database: RequestDatabase, draft: OrderDraft): Promise<Placement> {
    return this.#placing.submit(database, database.buckets.of(draft.customerId), draft);
  }

  /** The same alone, after it has waited for the cart, which somebody else writes. */
  placeAfterWaiting(database: RequestDatabase, draft: OrderDraft): Promise<Placement> {
    const { customerId } = draft;
    const bucket = database.buckets.of(customerId);
    return waitingForLocks(database, scopesOf(draft), async (transaction) => {
      await lockCart(transaction, customerId);
      return (await placeOrders(transaction, bucket, [draft])).map(toPlacement);
    });
  }

  /**
   * @returns false if the order does not wait for its payment, or its cart is being written: look and try again
   * @throws Problem 503; after a lost connection the order may have been settled
   */
  settle(database: RequestDatabase, settlement: Settlement): Promise<boolean> {
    return this.#settling.submit(database, database.buckets.of(settlement.customerId), settlement);
  }
}

const scopesOf = ({ customerId, lines }: OrderDraft): LockScope[] => [
  customerScope(customerId),
  ...lines.map(({ productId }) => stockScope(productId)),
];

/** The products that are locked; if none is, the rows of the customer are, or a whole table. */
async function lockedScopesOf(
  database: RequestDatabase,
  bucket: number,
  { customerId, lines }: OrderDraft,
): Promise<LockScope[]> {
  const productIds = lines.map(({ productId }) => productId);
  const locked = await findLockedStock(database, bucket, productIds);
  return locked.length > 0 ? locked.map(stockScope) : [customerScope(customerId)];
}

/** One command in a transaction of its own, which waits for locks as LockWaits does. */
function waitingForLocks<Result>(
  database: RequestDatabase,
  scopes: readonly LockScope[],
  write: (transaction: Transaction) => Promise<readonly Result[]>,
  findLocked?: () => Promise<readonly LockScope[]>,
): Promise<Result> {
  const work = async (transaction: Transaction) => {
    const [result] = await write(transaction);
    if (result === undefined) throw new Error('no result for the only command');
    return commit(result);
  };
  const attempt = (lockTimeoutMs?: number) => inTransactionOnce(database, work, lockTimeoutMs);
  return lockWaitsOf(database.pool).run(scopes, attempt, findLocked);
}

function toPlacement({ outcome, created_at: createdAt }: PlacementRow): Placement {
  if (!isOutcome(outcome)) throw new Error(`place_orders returned ${outcome}`);
  return { outcome, createdAt };
}

const isOutcome = (text: string): text is Outcome => OUTCOMES.has(text);
