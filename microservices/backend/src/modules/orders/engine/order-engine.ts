/**
 * From a cart to a paid order, by group commit.
 *
 * Terminology
 *   place    writes an order that waits for its payment, and holds its units: nobody pays for what is gone.
 *   settle   ends the wait: paid, or given up, which frees the units.
 */
import { BatchedWrites } from '../../../db/batching/batched-writes.ts';
import type { RequestDatabase, Transaction } from '../../../db/connection.ts';
import { customerScope, type LockScope, type LockTimeout } from '../../../db/locks/lock-scope.ts';
import { type FindLocked, lockWaitsOf } from '../../../db/locks/lock-waits.ts';
import { isUniqueViolation } from '../../../db/sqlstate.ts';
import { commit, inTransactionOnce } from '../../../db/transaction.ts';
import { lockCart } from '../../cart/ordering/cart-ordering.queries.ts';
import { findLockedStock, stockScope } from '../../inventory/inventory.queries.ts';
import { promotionScope } from '../../pricing/promotions/promotion-uses.queries.ts';
import {
  type OrderDraft,
  type PlacementRow,
  placeOrders,
  type Settlement,
  settleOrders,
} from './order-engine.queries.ts';
import { limitedPromotions } from './order-pricing.ts';

type Outcome =
  | 'placed'
  | 'number-used'
  | 'key-used'
  | 'pending-order'
  | 'cart-changed'
  | 'product-changed'
  | 'out-of-stock'
  | 'prices-changed'
  | 'promotion-used'
  | 'promotion-used-up';

/** What became of a draft; nothing was written unless it was placed. */
export interface Placement {
  readonly outcome: Outcome;
  /** ISO 8601 in milliseconds, as in every response. */
  readonly createdAt: string;
}

/** Those of place_orders. */
const OUTCOMES: ReadonlySet<string> = new Set<Outcome>([
  'placed',
  'key-used',
  'pending-order',
  'cart-changed',
  'product-changed',
  'out-of-stock',
  'prices-changed',
  'promotion-used',
  'promotion-used-up',
]);

export class OrderEngine {
  readonly #placing = new BatchedWrites<OrderDraft, Placement>(
    async (database, bucket, drafts) =>
      (await placeOrders(database, bucket, drafts)).map(toPlacement),
    (database, bucket, draft) =>
      waitingForLocks(
        database,
        scopesOf(orderedIn(draft)),
        async (transaction) => (await placeOrders(transaction, bucket, [draft])).map(toPlacement),
        (error) => lockedScopesOf(database, bucket, orderedIn(draft), error, PLACED_AFTER_STOCK),
      ),
  );
  readonly #settling = new BatchedWrites<Settlement, boolean>(
    settleOrders,
    (database, bucket, settlement) =>
      waitingForLocks(
        database,
        scopesOf(settlement),
        (transaction) => settleOrders(transaction, bucket, [settlement]),
        (error) => lockedScopesOf(database, bucket, settlement, error),
      ),
  );

  /** @throws Problem 503; after a lost connection the order may have been placed: it expires if nobody settles it */
  place(database: RequestDatabase, draft: OrderDraft): Promise<Placement> {
    const bucket = database.buckets.of(draft.customerId);
    return this.#placing.submit(database, bucket, draft).catch(numberUsed);
  }

  /** The same alone, after it has waited for the cart, which somebody else writes. */
  placeAfterWaiting(database: RequestDatabase, draft: OrderDraft): Promise<Placement> {
    const { customerId } = draft;
    const bucket = database.buckets.of(customerId);
    return waitingForLocks(database, scopesOf(orderedIn(draft)), async (transaction) => {
      await lockCart(transaction, customerId);
      return (await placeOrders(transaction, bucket, [draft])).map(toPlacement);
    }).catch(numberUsed);
  }

  /**
   * @returns false if the order does not wait for its payment, or its cart is being written: look and try again
   * @throws Problem 503; after a lost connection the order may have been settled
   */
  settle(database: RequestDatabase, settlement: Settlement): Promise<boolean> {
    return this.#settling.submit(database, database.buckets.of(settlement.customerId), settlement);
  }
}

interface Ordered {
  readonly customerId: string;
  readonly productIds: readonly string[];
  readonly promotionIds: readonly string[];
}

const orderedIn = ({ customerId, lines, pricing }: OrderDraft): Ordered => ({
  customerId,
  productIds: lines.map(({ productId }) => productId),
  promotionIds: limitedPromotions(pricing),
});

const scopesOf = ({ customerId, promotionIds, productIds }: Ordered): LockScope[] => [
  customerScope(customerId),
  ...promotionIds.map(promotionScope),
  ...productIds.map(stockScope),
];

/**
 * What a function has waited for in vain: PostgreSQL names its statement.
 *
 * @param holding tables that it uses when it has locked the stock: those who need the stock wait as well
 */
async function lockedScopesOf(
  database: RequestDatabase,
  bucket: number,
  ordered: Ordered,
  { where }: LockTimeout,
  holding?: RegExp,
): Promise<LockScope[]> {
  const { customerId, promotionIds, productIds } = ordered;
  if (/\binventory\b/.test(where)) {
    const locked = await findLockedStock(database, bucket, productIds);
    // No row is, so the table is, in a mode that only forbids changes.
    return (locked.length > 0 ? locked : productIds).map(stockScope);
  }
  if (/\bpromotion_allotments\b/.test(where)) return promotionIds.map(promotionScope);
  return holding?.test(where) ? scopesOf(ordered) : [customerScope(customerId)];
}

/** What place_orders writes while it holds uses of promotions and the stock. settle_orders locks them last. */
const PLACED_AFTER_STOCK =
  /\b(orders|order_\w+|stock_holds|payments|promotion_uses|outbox) \(\s*bucket\b/;

/** One command in a transaction of its own, which waits for locks as LockWaits does. */
function waitingForLocks<Result>(
  database: RequestDatabase,
  scopes: readonly LockScope[],
  write: (transaction: Transaction) => Promise<readonly Result[]>,
  findLocked?: FindLocked,
): Promise<Result> {
  const work = async (transaction: Transaction) => {
    const [result] = await write(transaction);
    if (result === undefined) throw new Error('no result for the only command');
    return commit(result);
  };
  const attempt = (lockTimeoutMs?: number) => inTransactionOnce(database, work, lockTimeoutMs);
  return lockWaitsOf(database.pool).run(scopes, attempt, findLocked);
}

/** Another order of the bucket has the number. It is not looked up before, because that hardly ever happens. */
function numberUsed(error: unknown): Placement {
  if (!(isUniqueViolation(error) && error.constraint === 'orders_number')) throw error;
  return { outcome: 'number-used', createdAt: '' };
}

function toPlacement({ outcome, created_at: createdAt }: PlacementRow): Placement {
  if (!isOutcome(outcome)) throw new Error(`place_orders returned ${outcome}`);
  return { outcome, createdAt: new Date(createdAt).toISOString() };
}

const isOutcome = (text: string): text is Outcome => OUTCOMES.has(text);
