import { setTimeout as sleep } from 'node:timers/promises';
import { BatchRunner, PendingRequest } from '../../../db/batching/batch-runner.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import { databaseUnavailable } from '../../../db/database-errors.ts';
import { isRolledBack } from '../../../db/sqlstate.ts';
import { overloaded, Problem } from '../../../http/problem.ts';
import { findStoredResponses } from '../../../idempotency/idempotency.queries.ts';
import { replayOf } from '../../../idempotency/idempotent-request.ts';
import type { Replayed } from '../../../idempotency/with-idempotency.ts';
import { minorFromDecimal } from '../../../money.ts';
import { type ChangedRow, changeCarts, readProducts } from './cart.queries.ts';
import type { CartCache } from './cart-cache.ts';
import type { CartCommand, CommandResult } from './cart-command.ts';
import { type CartPlan, planCart, toChanges } from './cart-plan.ts';
import { load } from './cart-reader.ts';
import type { CartSnapshot } from './cart-snapshot.ts';

const MAX_CHANGES_IN_BATCH = 512;
const MAX_WAITING = 4096;
/** How long a command is retried while others change the same cart. */
const CONFLICT_DEADLINE_MS = 4000;
const MAX_PAUSE_MS = 32;

class PendingChange extends PendingRequest<CommandResult | Replayed> {
  readonly command: CartCommand;

  constructor(database: RequestDatabase, command: CartCommand) {
    super(database);
    this.command = command;
  }
}

/** The commands for one cart, in the order of arrival. */
interface Queue {
  readonly customerId: string;
  requests: PendingChange[];
  /** Commands that arrive now wait for the next batch. */
  isInBatch: boolean;
  conflicts: number;
  /** Cleared by the timer itself: a clock comparison could be early when the timer fires. */
  isPaused: boolean;
}

/** Group commit for carts: all commands that wait go out as one statement. */
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

  /** @param publish is called with each changed cart, after the commit */
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
   * Decides the command on the cart as it is when its batch starts, and commits it.
   *
   * @throws Problem 503 if the queue is full, if other writers keep changing the cart, or without a database
   */
  change(
    database: RequestDatabase,
    customerId: string,
    command: CartCommand,
  ): Promise<CommandResult | Replayed> {
    if (this.#size >= this.#maxWaiting) throw overloaded();
    const request = new PendingChange(database, command);
    const queue = this.#queues.get(customerId);
    if (queue) queue.requests.push(request);
    else this.#queues.set(customerId, newQueue(customerId, request));
    this.#size += 1;
    this.#runner.start();
    return request.promise;
  }

  /** Resolves when every command has its result, even if its client is gone. */
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
    // A new Map: deleting keys one by one promotes everything the map held to V8's old space (decision 026).
    const isWaiting = ([, { requests }]: readonly [string, Queue]) => requests.length > 0;
    this.#queues = new Map([...this.#queues].filter(isWaiting));
  }

  /** One round: resolves the commands of proven carts; the others stay in their queues. */
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
      const commands = requests.map((request) => request.command);
      plans.set(customerId, planCart(base, commands, this.#cache));
    }
    const changes = toChanges([...plans.values()], this.#cache);
    const rows = await changeCarts(first.database, changes);
    const proven = new Map(rows.map((row) => [row.customer_id, row]));
    for (const queue of waiting.keys()) {
      const plan = plans.get(queue.customerId);
      const row = proven.get(queue.customerId);
      if (plan && row) this.#resolve(queue, plan, row);
      else this.#conflict(queue, plan);
    }
  }

  /**
   * Replays stored responses. A key that is stored between this lookup and the statement makes the statement fail.
   *
   * @returns whether any was replayed
   */
  async #replay(
    database: RequestDatabase,
    waiting: ReadonlyMap<Queue, readonly PendingChange[]>,
  ): Promise<boolean> {
    const idempotentRequest = [...waiting].flatMap(([queue, requests]) =>
      requests.flatMap((request) => {
        const { idempotentRequest } = request.command;
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

  /** The snapshots to decide on. Cached ones are used without a read: the statement proves them. */
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
        command: { change },
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

  #resolve(queue: Queue, { base, steps }: CartPlan, row: ChangedRow): void {
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
    // The first conflict means an outdated snapshot. Further ones mean another writer: back off.
    if (queue.conflicts < 2) return;
    const pause = Math.random() * Math.min(2 ** (queue.conflicts - 1), MAX_PAUSE_MS);
    queue.isPaused = true;
    setTimeout(() => {
      queue.isPaused = false;
      this.#runner.start();
    }, pause);
  }

  /** A command that PostgreSQL refuses must not fail the rest of its batch: run each on its own. */
  async #afterError(batch: readonly Queue[], error: unknown): Promise<void> {
    if (isRolledBack(error)) {
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
