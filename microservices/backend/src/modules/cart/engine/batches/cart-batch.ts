/** Decides the commands of a batch on their carts, which are in one bucket, and writes what changes. */
import type { Connection, RequestDatabase, Transaction } from '../../../../db/connection.ts';
import { LockTimeout } from '../../../../db/locks/lock-scope.ts';
import { commit, inTransactionOnce } from '../../../../db/transaction.ts';
import { lockCart } from '../../ordering/cart-ordering.queries.ts';
import { type ChangedRow, changeCarts, readCarts, UNKNOWN } from '../cart.queries.ts';
import type { CartCache } from '../cart-cache.ts';
import { type CartPlan, planCart, toChanges } from '../cart-plan.ts';
import { load, loadProducts } from '../cart-reader.ts';
import { pricedProduct } from '../cart-rules.ts';
import type { CartSnapshot } from '../cart-snapshot.ts';
import type { PendingChange, Queue } from './cart-queue.ts';

/** The commands that take part, by cart, of the carts of one bucket. */
export interface Batch {
  readonly bucket: number;
  readonly commands: ReadonlyMap<Queue, readonly PendingChange[]>;
}

export interface DecidedCart {
  readonly plan: CartPlan;
  /** Undefined if the snapshot was not current: nothing was written. */
  readonly row: ChangedRow | undefined;
}

/** In one statement, which skips carts that others are writing. Cached carts are not read: the statement proves them. */
export async function changeCartsOf(
  database: RequestDatabase,
  cache: CartCache,
  batch: Batch,
): Promise<Map<Queue, DecidedCart>> {
  const ids = [...batch.commands.keys()].map(({ customerId }) => customerId);
  const unknown = ids.filter((id) => cache.cart(id) === undefined);
  const [loaded] = await Promise.all([
    unknown.length === 0
      ? new Map<string, CartSnapshot>()
      : load(database, cache, batch.bucket, unknown),
    loadUnknownProducts(database, cache, batch),
  ]);
  return write(database, cache, batch, (id) => loaded.get(id) ?? cache.cart(id));
}

/**
 * The same for one cart, which it locks first: other writers of the cart let it have its turn.
 *
 * @throws LockTimeout if the cart stays locked
 */
export async function changeLockedCart(
  database: RequestDatabase,
  cache: CartCache,
  batch: Batch,
  lockTimeoutMs: number,
): Promise<Map<Queue, DecidedCart>> {
  await loadUnknownProducts(database, cache, batch);
  const ids = [...batch.commands.keys()].map(({ customerId }) => customerId);
  const work = async (transaction: Transaction) => {
    for (const id of ids) await lockCart(transaction, id);
    const loaded = await load(transaction, cache, batch.bucket, ids);
    return commit(await write(transaction, cache, batch, (id) => loaded.get(id)));
  };
  try {
    return await inTransactionOnce(database, work, lockTimeoutMs);
  } catch (error) {
    if (error instanceof LockTimeout)
      for (const queue of batch.commands.keys())
        await noteProgress(database, queue).catch(() => {});
    throw error;
  }
}

/** Others that change the cart make it contended, not stuck. */
async function noteProgress(database: RequestDatabase, queue: Queue): Promise<void> {
  const known = queue.lockedVersion ?? UNKNOWN;
  const [row] = await readCarts(database, queue.bucket, new Map([[queue.customerId, known]]));
  if (!row) return;
  if (queue.lockedVersion !== undefined) queue.movedAt = performance.now();
  queue.lockedVersion = row.version;
}

async function loadUnknownProducts(
  database: RequestDatabase,
  cache: CartCache,
  batch: Batch,
): Promise<void> {
  const unknown = new Set<string>();
  for (const { command } of [...batch.commands.values()].flat()) {
    const productId = pricedProduct(command.change);
    if (productId !== undefined && cache.product(productId) === undefined) unknown.add(productId);
  }
  if (unknown.size > 0) await loadProducts(database, cache, [...unknown]);
}

async function write(
  connection: Connection,
  cache: CartCache,
  batch: Batch,
  baseOf: (customerId: string) => CartSnapshot | undefined,
): Promise<Map<Queue, DecidedCart>> {
  const plans = new Map<Queue, CartPlan>();
  for (const [queue, requests] of batch.commands) {
    const base = baseOf(queue.customerId) ?? cache.unused(queue.customerId);
    const commands = requests.map((request) => request.command);
    plans.set(queue, planCart(base, commands, cache));
  }
  const changes = toChanges([...plans.values()], cache);
  const rows = await changeCarts(connection, batch.bucket, changes);
  const proven = new Map(rows.map((row) => [row.customer_id, row]));
  const decided = new Map<Queue, DecidedCart>();
  for (const [queue, plan] of plans)
    decided.set(queue, { plan, row: proven.get(queue.customerId) });
  return decided;
}
