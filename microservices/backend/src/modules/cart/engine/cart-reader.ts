import { BatchedReads } from '../../../db/batching/batched-reads.ts';
import type { Connection, Transaction } from '../../../db/connection.ts';
import { minorFromDecimal } from '../../../money.ts';
import { type CartRow, readCarts, readProducts, UNKNOWN } from './cart.queries.ts';
import type { CartCache } from './cart-cache.ts';
import { CartLine } from './cart-line.ts';
import type { CartSnapshot } from './cart-snapshot.ts';

export type CartReader = BatchedReads<CartSnapshot>;

export function createCartReader(cache: CartCache): CartReader {
  return new BatchedReads(
    async (database, customerIds, bucket) => {
      const carts = await load(database, cache, bucket, customerIds);
      return (customerId) => carts.get(customerId) ?? cache.unused(customerId);
    },
    (database, customerId) => database.buckets.of(customerId),
  );
}

/** Reads the current carts of a bucket. Cached ones are only compared by version, and read if it differs. */
export async function load(
  connection: Connection,
  cache: CartCache,
  bucket: number,
  customerIds: readonly string[],
): Promise<Map<string, CartSnapshot>> {
  const carts = new Map<string, CartSnapshot>();
  for (const id of customerIds) {
    const copy = cache.cart(id);
    if (copy) carts.set(id, copy);
  }
  const known = new Map(customerIds.map((id) => [id, carts.get(id)?.version ?? UNKNOWN] as const));
  for (const row of await readCarts(connection, bucket, known)) {
    const copy = toSnapshot(row, cache);
    cache.keepCart(copy);
    carts.set(row.customer_id, copy);
  }
  return carts;
}

/** Reads the catalog's entries of products into the cache; null for one that is unknown. */
export async function loadProducts(
  connection: Connection,
  cache: CartCache,
  productIds: readonly string[],
): Promise<void> {
  const found = new Map(
    (await readProducts(connection, productIds)).map((row) => [
      row.product_id,
      {
        productName: row.product_name,
        priceMinor: minorFromDecimal(row.price),
        imageUrl: row.image_url,
        isWithdrawn: row.is_withdrawn,
      },
    ]),
  );
  for (const id of productIds) cache.keepProduct(id, found.get(id) ?? null);
}

/** The cart as a transaction sees it. Not cached: the transaction may roll back. */
export async function readCart(
  transaction: Transaction,
  cache: CartCache,
  customerId: string,
): Promise<CartSnapshot> {
  const bucket = transaction.buckets.of(customerId);
  const [row] = await readCarts(transaction, bucket, new Map([[customerId, UNKNOWN]]));
  return row ? toSnapshot(row, cache) : cache.unused(customerId);
}

/** From a row with all columns. */
export function toSnapshot(row: CartRow, cache: CartCache): CartSnapshot {
  const lines = (row.lines ?? []).map((line) => new CartLine(...line));
  const times = { createdAt: row.created_at, updatedAt: row.updated_at };
  return cache.unused(row.customer_id).at(row.version, lines, times);
}
