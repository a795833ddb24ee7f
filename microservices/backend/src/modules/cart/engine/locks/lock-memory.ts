import type { LockTimeout } from '../../../../db/locks/lock-scope.ts';
import type { PendingChange, Queue } from '../batches/cart-queue.ts';
import type { CartCommand } from '../cart-command.ts';

/** How long something counts as locked after it was found locked: a batch that meets it costs all others time. */
const REMEMBERED_MS = 15_000;
const MAX_REMEMBERED = 10_000;

/** What was found locked: carts, products, the table of Idempotency-Keys. Empty nearly always. */
export class LockMemory {
  readonly #until = new Map<string, number>();

  /** Whether a command of the queue needs something that is remembered. */
  concerns(queue: Queue): boolean {
    if (this.#until.size === 0) return false;
    if (this.#has(cartKey(queue.customerId))) return true;
    return queue.requests.some(({ command }) => needsOf(command).some((key) => this.#has(key)));
  }

  noteKeys(): void {
    this.#note(KEYS);
  }

  /** After the commands of one cart have waited in vain on their own. */
  note(queue: Queue, { statement, where }: LockTimeout): void {
    // A lookup waits for its table only.
    if (statement === 'find-answers') this.noteKeys();
    // The check of the foreign key waits for a transaction that deletes or locks the product.
    else if (/"products"/.test(where)) {
      for (const { command } of queue.requests)
        if (command.change.kind === 'add') this.#note(productKey(command.change.productId));
    } else this.#note(cartKey(queue.customerId));
  }

  /** After a success. Products stay until their time is over: only a new line checks its foreign key. */
  forget(customerId: string, requests: readonly PendingChange[]): void {
    if (this.#until.size === 0 || requests.length === 0) return;
    this.#until.delete(cartKey(customerId));
    if (requests.some(({ command }) => command.idempotentRequest)) this.#until.delete(KEYS);
  }

  #note(key: string): void {
    // Forgetting all costs a lock timeout for each that is still locked.
    if (this.#until.size >= MAX_REMEMBERED) this.#until.clear();
    this.#until.set(key, performance.now() + REMEMBERED_MS);
  }

  #has(key: string): boolean {
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (until > performance.now()) return true;
    this.#until.delete(key);
    return false;
  }
}

const KEYS = 'keys';
const cartKey = (customerId: string) => `cart ${customerId}`;
const productKey = (productId: string) => `product ${productId}`;

function needsOf({ change, idempotentRequest }: CartCommand): string[] {
  const needs = idempotentRequest ? [KEYS] : [];
  if (change.kind === 'add') needs.push(productKey(change.productId));
  return needs;
}
