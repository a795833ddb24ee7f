import { BatchedReads } from '../../../db/batching/batched-reads.ts';
import type { Database, Transaction } from '../../../db/connection.ts';
import { type CartRow, readCarts, UNKNOWN } from './cart.queries.ts';
import type { CartMemory } from './cart-cache.ts';
import type { CartCopy } from './cart-snapshot.ts';
import { Line } from './line.ts';

export type CartReader = BatchedReads<CartCopy>;

export function createCartReader(memory: CartMemory): CartReader {
  return new BatchedReads(async (database, customerIds) => {
    const carts = await load(database, memory, customerIds);
    return (customerId) => carts.get(customerId) ?? memory.unused(customerId);
  });
}

/** The carts as the database has them now; what the memory has of them is only compared. */
export async function load(
  database: Database,
  memory: CartMemory,
  customerIds: readonly string[],
): Promise<Map<string, CartCopy>> {
  const carts = new Map<string, CartCopy>();
  for (const id of customerIds) {
    const copy = memory.cart(id);
    if (copy) carts.set(id, copy);
  }
  const known = new Map(customerIds.map((id) => [id, carts.get(id)?.version ?? UNKNOWN] as const));
  for (const row of await readCarts(database, known)) {
    const copy = toCopy(row, memory);
    memory.keepCart(copy);
    carts.set(row.customer_id, copy);
  }
  return carts;
}

/** The cart as a transaction sees it. It is not kept: the transaction may yet be rolled back. */
export async function readCart(
  transaction: Transaction,
  memory: CartMemory,
  customerId: string,
): Promise<CartCopy> {
  const [row] = await readCarts(transaction, new Map([[customerId, UNKNOWN]]));
  return row ? toCopy(row, memory) : memory.unused(customerId);
}

/** A row that was read whole. */
export function toCopy(row: CartRow, memory: CartMemory): CartCopy {
  const lines = (row.lines ?? []).map((line) => new Line(...line));
  const times = { createdAt: row.created_at, updatedAt: row.updated_at };
  return memory.unused(row.customer_id).at(row.version, lines, times);
}
