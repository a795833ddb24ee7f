import type { Database, Transaction } from '../../db/connection.ts';
import { overloaded } from '../../errors.ts';
import { type CartRow, readCarts, UNKNOWN } from './cart.queries.ts';
import type { CartCopy } from './cart-copy.ts';
import type { CartMemory } from './cart-memory.ts';
import { Lanes, Ticket } from './lanes.ts';

const MOST_CARTS_IN_BATCH = 256;
const MOST_WAITING = 4096;

type Readers = Map<string, Ticket<CartCopy>[]>;

/** Reads carts: those that wait together are one statement, which for known versions only compares. */
export class CartReader {
  readonly #memory: CartMemory;
  readonly #lanes = new Lanes(
    1,
    () => this.#take(),
    (batch: Readers) => this.#run(batch),
  );
  #waiting: Readers = new Map();
  #size = 0;

  constructor(memory: CartMemory) {
    this.#memory = memory;
  }

  /** @throws Problem 503 if too many wait, or without a database */
  read(database: Database, customerId: string): Promise<CartCopy> {
    if (this.#size >= MOST_WAITING) throw overloaded();
    const ticket = new Ticket<CartCopy>(database);
    const tickets = this.#waiting.get(customerId);
    if (tickets) tickets.push(ticket);
    else this.#waiting.set(customerId, [ticket]);
    this.#size += 1;
    this.#lanes.start();
    return ticket.promise;
  }

  #take(): Readers | undefined {
    if (this.#waiting.size === 0) return undefined;
    const batch: Readers = new Map();
    for (const [customerId, tickets] of this.#waiting) {
      if (batch.size === MOST_CARTS_IN_BATCH) break;
      batch.set(customerId, tickets);
      this.#waiting.delete(customerId);
      this.#size -= tickets.length;
    }
    return batch;
  }

  async #run(batch: Readers): Promise<void> {
    const [first] = [...batch.values()].flat();
    if (!first) return;
    try {
      const carts = await load(first.database, this.#memory, [...batch.keys()]);
      for (const [customerId, tickets] of batch) {
        const cart = carts.get(customerId) ?? this.#memory.unused(customerId);
        for (const ticket of tickets) ticket.resolve(cart);
      }
    } catch (error) {
      for (const ticket of [...batch.values()].flat()) ticket.reject(error);
      this.#rejectWaiting(error);
    }
  }

  #rejectWaiting(error: unknown): void {
    for (const [customerId, tickets] of this.#waiting) {
      const others = tickets.filter((ticket) => !ticket.shares(error));
      for (const ticket of tickets) if (!others.includes(ticket)) ticket.reject(error);
      this.#size -= tickets.length - others.length;
      if (others.length === 0) this.#waiting.delete(customerId);
      else this.#waiting.set(customerId, others);
    }
  }
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
    if (row.version === known.get(row.customer_id)) continue;
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
  const lines = (row.lines ?? []).map(([productId, productName, priceMinor, quantity]) => ({
    productId,
    productName,
    priceMinor,
    quantity,
  }));
  const times = { createdAt: row.created_at, updatedAt: row.updated_at };
  return memory.unused(row.customer_id).at(row.version, lines, times);
}
