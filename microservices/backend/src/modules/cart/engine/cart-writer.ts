import { setTimeout as sleep } from 'node:timers/promises';
import { BatchRunner, PendingRequest } from '../../../db/batching/batch-runner.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import { codeOf, databaseUnavailable } from '../../../db/database-errors.ts';
import { overloaded, Problem } from '../../../http/problem.ts';
import { findStoredResponses } from '../../../idempotency/idempotency.queries.ts';
import { replayOf } from '../../../idempotency/idempotent-request.ts';
import type { Replayed } from '../../../idempotency/with-idempotency.ts';
import { minorFromDecimal } from '../../../money.ts';
import { type ChangedRow, changeCarts, readProducts } from './cart.queries.ts';
import type { CartCache } from './cart-cache.ts';
import { type CartCommand, type CartPlan, type Changed, planCart, toChanges } from './cart-plan.ts';
import { load } from './cart-reader.ts';
import type { CartSnapshot } from './cart-snapshot.ts';

const MAX_CHANGES_IN_BATCH = 512;
const MAX_WAITING = 4096;
/** How long a change is tried while others change the same cart. */
const CONFLICT_DEADLINE_MS = 4000;
const MAX_PAUSE_MS = 32;
/** serialization_failure and deadlock_detected: PostgreSQL undid everything. */
const UNDONE = new Set(['40001', '40P01']);

class PendingChange extends PendingRequest<Changed | Replayed> {
  readonly wanted: CartCommand;

  constructor(database: RequestDatabase, wanted: CartCommand) {
    super(database);
    this.wanted = wanted;
  }
}

/** The changes of one cart, in the order of their arrival. */
interface Queue {
  readonly customerId: string;
  requests: PendingChange[];
  /** In a lane: what comes meanwhile waits for the next batch. */
  isInBatch: boolean;
  conflicts: number;
  /** Until a timer says otherwise; by the clock it could be too early when the timer goes off. */
  isPaused: boolean;
}

/** Changes carts: those that wait together are one statement. */
export class CartWriter {
  readonly #cache: CartCache;
  readonly #maxWaiting: number;
  readonly #publish: (cart: CartSnapshot) => void;
  readonly #runner = new BatchRunner(
    () => this.#take(),
    (batch: Queue[]) => this.#run(batch),
  );
  #queues = new Map<string, Queue>();
  #size = 0;

  /** @param announce is told of each cart that was changed, after the commit */
  constructor(
    cache: CartCache,
    maxWaiting = MAX_WAITING,
    announce: (cart: CartSnapshot) => void = () => {},
  ) {
    this.#cache = cache;
    this.#maxWaiting = maxWaiting;
    this.#publish = announce;
  }

  /**
   * Decides the change on the cart as it is when its turn comes, and commits it.
   *
   * @throws Problem 503 if too many wait, if others keep changing the cart, or without a database
   */
  change(
    database: RequestDatabase,
    customerId: string,
    wanted: CartCommand,
  ): Promise<Changed | Replayed> {
    if (this.#size >= this.#maxWaiting) throw overloaded();
    const request = new PendingChange(database, wanted);
    const queue = this.#queues.get(customerId);
    if (queue) queue.requests.push(request);
    else this.#queues.set(customerId, newQueue(customerId, request));
    this.#size += 1;
    this.#runner.start();
    return request.promise;
  }

  /** Ends when every change has been answered, whether or not somebody still waits for it. */
  async drained(): Promise<void> {
    while (this.#size > 0) {
      await this.#runner.drained();
      await sleep(this.#size > 0 ? MAX_PAUSE_MS : 0);
    }
  }

  #take(): Queue[] | undefined {
    const batch: Queue[] = [];
    let changes = 0;
    for (const queue of this.#queues.values()) {
      if (queue.isInBatch || queue.isPaused) continue;
      batch.push(queue);
      queue.isInBatch = true;
      changes += queue.requests.length;
      if (changes >= MAX_CHANGES_IN_BATCH) break;
    }
    return batch.length === 0 ? undefined : batch;
  }

  async #run(batch: readonly Queue[]): Promise<void> {
    try {
      await this.#attempt(batch, MAX_CHANGES_IN_BATCH);
    } catch (error) {
      await this.#afterError(batch, error);
    }
    for (const queue of batch) queue.isInBatch = false;
    // A new Map: to delete the keys of this one would make all that it held old for V8 (decision 026).
    const isWaiting = ([, { requests }]: readonly [string, Queue]) => requests.length > 0;
    this.#queues = new Map([...this.#queues].filter(isWaiting));
  }

  /** One round: whatever is proven is answered, and whatever is not is left in its queue. */
  async #attempt(batch: readonly Queue[], maxPerCart: number): Promise<void> {
    const [first] = batch.flatMap(({ requests }) => requests);
    if (!first) return;
    const waiting = new Map<Queue, readonly PendingChange[]>();
    for (const queue of batch)
      if (queue.requests.length > 0) waiting.set(queue, queue.requests.slice(0, maxPerCart));
    if (await this.#replay(first.database, waiting)) return this.#attempt(batch, maxPerCart);
    const bases = await this.#bases(first.database, waiting);
    const plans = new Map<string, CartPlan>();
    for (const [{ customerId }, requests] of waiting) {
      const base = bases.get(customerId) ?? this.#cache.unused(customerId);
      const wanted = requests.map((request) => request.wanted);
      plans.set(customerId, planCart(base, wanted, this.#cache));
    }
    const changes = toChanges([...plans.values()], this.#cache);
    const rows = await changeCarts(first.database, changes);
    const proven = new Map(rows.map((row) => [row.customer_id, row]));
    for (const queue of waiting.keys()) {
      const plan = plans.get(queue.customerId);
      const row = proven.get(queue.customerId);
      if (plan && row) this.#answer(queue, plan, row);
      else this.#conflict(queue, plan);
    }
  }

  /**
   * Answers what has been answered before. Whoever looks now and finds nothing may still be late; then the
   * statement fails.
   *
   * @returns whether there was any
   */
  async #replay(
    database: RequestDatabase,
    waiting: ReadonlyMap<Queue, readonly PendingChange[]>,
  ): Promise<boolean> {
    const idempotentRequest = [...waiting].flatMap(([queue, requests]) =>
      requests.flatMap((request) => {
        const { idempotentRequest } = request.wanted;
        return idempotentRequest ? [{ queue, request, idempotentRequest }] : [];
      }),
    );
    if (idempotentRequest.length === 0) return false;
    const keys = idempotentRequest.map(
      ({ queue, idempotentRequest: { key } }) => [queue.customerId, key] as const,
    );
    const nameOf = (customerId: string, key: string) => `${customerId}\0${key}`;
    const kept = new Map(
      (await findStoredResponses(database, keys)).map((row) => [
        nameOf(row.customer_id, row.key),
        row,
      ]),
    );
    for (const { queue, request, idempotentRequest: each } of idempotentRequest) {
      const answer = kept.get(nameOf(queue.customerId, each.key));
      if (!answer) continue;
      queue.requests = queue.requests.filter((other) => other !== request);
      this.#size -= 1;
      request.settle(() => ({ replayed: replayOf(each, answer) }));
    }
    return kept.size > 0;
  }

  /** The copies to decide on. Those that are known are taken as they are: the statement proves them. */
  async #bases(
    database: RequestDatabase,
    waiting: ReadonlyMap<Queue, readonly PendingChange[]>,
  ): Promise<Map<string, CartSnapshot>> {
    const bases = new Map<string, CartSnapshot>();
    const unknown: string[] = [];
    const products = new Set<string>();
    for (const [{ customerId }, requests] of waiting) {
      const copy = this.#cache.cart(customerId);
      if (copy) bases.set(customerId, copy);
      else unknown.push(customerId);
      for (const {
        wanted: { change },
      } of requests)
        if (change.kind === 'add' && this.#cache.product(change.productId) === undefined)
          products.add(change.productId);
    }
    const [loaded] = await Promise.all([
      unknown.length === 0 ? [] : load(database, this.#cache, unknown),
      products.size === 0 ? undefined : this.#lookUp(database, [...products]),
    ]);
    for (const [customerId, copy] of loaded) bases.set(customerId, copy);
    return bases;
  }

  async #lookUp(database: RequestDatabase, productIds: readonly string[]): Promise<void> {
    const found = new Map(
      (await readProducts(database, productIds)).map((row) => [
        row.product_id,
        { productName: row.product_name, priceMinor: minorFromDecimal(row.price) },
      ]),
    );
    for (const id of productIds) this.#cache.keepProduct(id, found.get(id) ?? null);
  }

  #answer(queue: Queue, { base, steps }: CartPlan, row: ChangedRow): void {
    const last = steps.at(-1);
    const times =
      last && last.version > base.version
        ? { createdAt: row.created_at, updatedAt: row.updated_at }
        : base.times;
    let cart = base;
    for (const { outcome, version, lines } of steps) {
      if (version !== cart.version) cart = base.at(version, lines, times);
      this.#shift(queue)?.resolve({ outcome, cart });
    }
    if (cart !== base) {
      this.#cache.keepCart(cart);
      this.#publish(cart);
    }
    queue.conflicts = 0;
  }

  #conflict(queue: Queue, plan: CartPlan | undefined): void {
    this.#cache.forgetCart(queue.customerId);
    for (const id of plan?.productIds ?? []) this.#cache.forgetProduct(id);
    const now = performance.now();
    const isLate = ({ since }: PendingChange) => now - since > CONFLICT_DEADLINE_MS;
    this.#reject(queue, isLate, new Problem('cart-busy'));
    queue.conflicts += 1;
    // At first the copy was just old. After that somebody is writing, and needs a moment.
    if (queue.conflicts < 2) return;
    const pause = Math.random() * Math.min(2 ** (queue.conflicts - 1), MAX_PAUSE_MS);
    queue.isPaused = true;
    setTimeout(() => {
      queue.isPaused = false;
      this.#runner.start();
    }, pause);
  }

  /** A change that PostgreSQL refuses must not take its neighbours with it: each is tried alone. */
  async #afterError(batch: readonly Queue[], error: unknown): Promise<void> {
    if (UNDONE.has(codeOf(error))) {
      for (const queue of batch) this.#conflict(queue, undefined);
      return;
    }
    for (const { customerId } of batch) this.#cache.forgetCart(customerId);
    if (databaseUnavailable(error)) {
      for (const queue of batch) this.#reject(queue, () => true, error);
      for (const queue of this.#queues.values())
        if (!queue.isInBatch) this.#reject(queue, (request) => request.shares(error), error);
      return;
    }
    for (const queue of batch) {
      for (const request of [...queue.requests]) {
        await this.#attempt([queue], 1).catch((reason: unknown) =>
          this.#reject(queue, (each) => each === request, reason),
        );
      }
    }
  }

  #shift(queue: Queue): PendingChange | undefined {
    const request = queue.requests.shift();
    if (request) this.#size -= 1;
    return request;
  }

  #reject(queue: Queue, isMeant: (request: PendingChange) => boolean, error: unknown): void {
    const rejected = queue.requests.filter(isMeant);
    queue.requests = queue.requests.filter((request) => !rejected.includes(request));
    for (const request of rejected) request.reject(error);
    this.#size -= rejected.length;
    if (queue.requests.length === 0 && !queue.isInBatch) this.#queues.delete(queue.customerId);
  }
}

const newQueue = (customerId: string, request: PendingChange): Queue => ({
  customerId,
  requests: [request],
  isInBatch: false,
  conflicts: 0,
  isPaused: false,
});
