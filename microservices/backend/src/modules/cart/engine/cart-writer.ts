import { setTimeout as sleep } from 'node:timers/promises';
import { BatchRunner } from '../../../db/batching/batch-runner.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import { databaseProblem } from '../../../db/database-errors.ts';
import { LockTimeout } from '../../../db/locks/lock-scope.ts';
import { MAX_LOCK_WAIT_MS, MAX_QUEUE_WAIT_MS } from '../../../db/locks/lock-waits.ts';
import { isConflict } from '../../../db/sqlstate.ts';
import { overloaded, Problem } from '../../../http/problem.ts';
import { findStoredResponses } from '../../../idempotency/idempotency.queries.ts';
import { replayOf } from '../../../idempotency/idempotent-request.ts';
import type { Replayed } from '../../../idempotency/with-idempotency.ts';
import { type Batch, changeCartsOf, changeLockedCart } from './batches/cart-batch.ts';
import { CartQueues, PendingChange, type Queue } from './batches/cart-queue.ts';
import { type ChangedRow, findLockedTables } from './cart.queries.ts';
import type { CartCache } from './cart-cache.ts';
import type { CartCommand, CommandResult } from './cart-command.ts';
import type { CartPlan } from './cart-plan.ts';
import type { CartSnapshot } from './cart-snapshot.ts';
import { LockedCarts } from './locks/locked-carts.ts';

const MAX_CHANGES_IN_BATCH = 512;
const MAX_WAITING = 4096;
/** So many snapshots in a row were outdated, or the cart is locked: its next attempt locks it first. */
const MAX_CONFLICTS = 5;
const MAX_PAUSE_MS = 32;
/** Between two batches while a whole table is locked. */
const LOCK_PAUSE_MS = 100;

/** Group commit for carts: all commands that wait for carts of a bucket go out as one statement. */
export class CartWriter {
  readonly #cache: CartCache;
  readonly #maxWaiting: number;
  readonly #publish: (cart: CartSnapshot) => void;
  /** By bucket. */
  readonly #runners = new Map<number, BatchRunner<Queue[]>>();
  readonly #queues = new CartQueues();
  readonly #locked: LockedCarts;

  /** @param publish is called with each changed cart, after the commit */
  constructor(
    cache: CartCache,
    maxWaiting = MAX_WAITING,
    publish: (cart: CartSnapshot) => void = () => {},
  ) {
    this.#cache = cache;
    this.#maxWaiting = maxWaiting;
    this.#publish = publish;
    this.#locked = new LockedCarts({
      queues: this.#queues,
      attempt: (batch, lockTimeoutMs) => this.#attemptOrFail(batch, lockTimeoutMs),
      onReturned: () => this.#start(),
    });
  }

  /**
   * Decides the command on the cart as it is when its batch starts, and commits it.
   *
   * @throws Problem 503 if the queue is full, if other writers keep changing or locking the cart, or without a
   * database
   */
  change(
    database: RequestDatabase,
    customerId: string,
    command: CartCommand,
  ): Promise<CommandResult | Replayed> {
    if (this.#queues.size >= this.#maxWaiting) throw overloaded();
    const request = new PendingChange(database, command);
    const bucket = database.buckets.of(customerId);
    this.#queues.add(bucket, customerId, request);
    this.#runnerOf(bucket).start();
    return request.promise;
  }

  /** Resolves when every command has its result, even if its client is gone. */
  async drained(): Promise<void> {
    while (this.#queues.size > 0) {
      for (const runner of this.#runners.values()) await runner.drained();
      await sleep(this.#queues.size > 0 ? MAX_PAUSE_MS : 0);
    }
  }

  #runnerOf(bucket: number): BatchRunner<Queue[]> {
    const known = this.#runners.get(bucket);
    if (known) return known;
    const runner = new BatchRunner(
      () => this.#take(bucket),
      (batch: Queue[]) => this.#run(bucket, batch),
      { canOvertake: true },
    );
    this.#runners.set(bucket, runner);
    return runner;
  }

  #start(): void {
    for (const runner of this.#runners.values()) runner.start();
  }

  #take(bucket: number): Queue[] | undefined {
    const batch: Queue[] = [];
    let changes = 0;
    for (const queue of this.#queues.inBucket(bucket)) {
      if (queue.isInBatch || queue.isPaused || queue.isAside) continue;
      if (queue.requests.length === 0) continue;
      if (this.#locked.takesOver(queue, queue.conflicts >= MAX_CONFLICTS)) continue;
      batch.push(queue);
      queue.isInBatch = true;
      changes += queue.requests.length;
      if (changes >= MAX_CHANGES_IN_BATCH) break;
    }
    return batch.length === 0 ? undefined : batch;
  }

  async #run(bucket: number, batch: readonly Queue[]): Promise<void> {
    const [database] = batch.flatMap(({ requests }) => requests.map((each) => each.database));
    let isLocked = false;
    try {
      await this.#attemptOrFail(batch);
    } catch {
      isLocked = true;
    }
    const tables =
      isLocked && database ? await findLockedTables(database).catch(() => []) : undefined;
    // From here on without a pause, so that no batch takes a queue that is about to be set aside.
    for (const queue of batch) queue.isInBatch = false;
    if (tables) this.#afterLockTimeout(batch, tables);
    this.#queues.dropEmpty(bucket);
  }

  /** @throws LockTimeout only; after any other error the commands have their results or stay in their queues */
  async #attemptOrFail(batch: readonly Queue[], lockTimeoutMs?: number): Promise<void> {
    try {
      await this.#attempt(batch, MAX_CHANGES_IN_BATCH, lockTimeoutMs);
    } catch (error) {
      if (error instanceof LockTimeout) throw error;
      await this.#afterError(batch, error);
    }
  }

  /**
   * One round: resolves the commands of proven carts; the others stay in their queues.
   *
   * @param lockTimeoutMs for a cart alone: waits for its lock that long, instead of skipping it
   */
  async #attempt(
    queues: readonly Queue[],
    maxPerCart: number,
    lockTimeoutMs?: number,
  ): Promise<void> {
    const [queue] = queues;
    const [first] = queues.flatMap(({ requests }) => requests);
    if (!queue || !first) return;
    const database: RequestDatabase = { ...first.database, failsWhenLocked: true };
    const commands = new Map<Queue, readonly PendingChange[]>();
    for (const each of queues)
      if (each.requests.length > 0) commands.set(each, each.requests.slice(0, maxPerCart));
    const batch = { bucket: queue.bucket, commands };
    if (await this.#replay(database, batch))
      return this.#attempt(queues, maxPerCart, lockTimeoutMs);
    const decided =
      lockTimeoutMs === undefined
        ? await changeCartsOf(database, this.#cache, batch)
        : await changeLockedCart(database, this.#cache, batch, lockTimeoutMs);
    for (const [each, { plan, row }] of decided) {
      if (row) this.#resolve(each, plan, row);
      else this.#conflict(each, plan);
    }
  }

  /**
   * Replays stored responses. A key that is stored between this lookup and the statement makes the statement fail.
   *
   * @returns whether any was replayed
   */
  async #replay(database: RequestDatabase, batch: Batch): Promise<boolean> {
    const idempotentRequest = [...batch.commands].flatMap(([queue, requests]) =>
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
      (await findStoredResponses(database, batch.bucket, keys)).map((row) => [
        nameOf(row.customer_id, row.key),
        row,
      ]),
    );
    for (const { queue, request, idempotentRequest: each } of idempotentRequest) {
      const answer = kept.get(nameOf(queue.customerId, each.key));
      if (!answer) continue;
      this.#queues.remove(queue, request);
      request.settle(() => ({ replayed: replayOf(each, answer) }));
    }
    return kept.size > 0;
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
      this.#queues.shift(queue)?.resolve({ outcome, cart });
    }
    if (cart !== base) {
      this.#cache.keepCart(cart);
      this.#publish(cart);
    }
    queue.conflicts = 0;
    queue.movedAt = performance.now();
  }

  #conflict(queue: Queue, plan: CartPlan | undefined): void {
    this.#cache.forgetCart(queue.customerId);
    for (const id of plan?.productIds ?? []) this.#cache.forgetProduct(id);
    const now = performance.now();
    const isLate = ({ since }: PendingChange) => now - since > MAX_QUEUE_WAIT_MS;
    this.#queues.reject(queue, isLate, new Problem('cart-busy'));
    queue.conflicts += 1;
    // The first conflict means an outdated snapshot. Further ones mean another writer: back off.
    if (queue.conflicts < 2) return;
    this.#pause([queue], Math.random() * Math.min(2 ** (queue.conflicts - 1), MAX_PAUSE_MS));
  }

  #pause(queues: readonly Queue[], ms: number): void {
    for (const queue of queues) queue.isPaused = true;
    setTimeout(() => {
      for (const queue of queues) queue.isPaused = false;
      this.#start();
    }, ms);
  }

  /** A locked table holds up every cart, a locked row one: that one is found and set aside. */
  #afterLockTimeout(batch: readonly Queue[], tables: readonly string[]): void {
    const locked = new Set(tables);
    if (locked.delete('idempotency_keys')) this.#locked.memory.noteKeys();
    if (locked.size > 0) {
      const since = performance.now() - MAX_LOCK_WAIT_MS;
      const problem = new Problem('database-busy', { retryAfterSeconds: 2 });
      for (const queue of batch)
        this.#queues.reject(queue, (request) => request.since < since, problem);
      this.#pause(batch, LOCK_PAUSE_MS);
    } else if (tables.length === 0) this.#locked.split(batch);
    // With the responses' table locked, the next batch leaves out the commands that have a key.
  }

  /** A command that PostgreSQL refuses must not fail the rest of its batch: run each on its own. */
  async #afterError(batch: readonly Queue[], error: unknown): Promise<void> {
    if (isConflict(error)) {
      for (const queue of batch) this.#conflict(queue, undefined);
      return;
    }
    for (const { customerId } of batch) this.#cache.forgetCart(customerId);
    if (databaseProblem(error)) {
      for (const queue of batch) this.#queues.reject(queue, () => true, error);
      for (const queue of this.#queues.all())
        if (!queue.isInBatch) this.#queues.reject(queue, (request) => request.shares(error), error);
      return;
    }
    for (const queue of batch) {
      for (const request of [...queue.requests]) {
        await this.#attempt([queue], 1).catch((reason: unknown) =>
          this.#queues.reject(queue, (each) => each === request, reason),
        );
      }
    }
  }
}
