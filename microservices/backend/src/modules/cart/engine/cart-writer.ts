import { setTimeout as sleep } from 'node:timers/promises';
import { Lane, Ticket } from '../../../db/batching/batch-runner.ts';
import type { Database } from '../../../db/connection.ts';
import { codeOf, databaseUnavailable } from '../../../db/database-errors.ts';
import { overloaded, Problem } from '../../../http/problem.ts';
import { findAnswers } from '../../../idempotency/idempotency.queries.ts';
import { replayOf } from '../../../idempotency/idempotent-request.ts';
import type { Replayed } from '../../../idempotency/with-idempotency.ts';
import { minorFromDecimal } from '../../../money.ts';
import { type ChangedRow, changeCarts, readProducts } from './cart.queries.ts';
import type { CartMemory } from './cart-cache.ts';
import { type CartPlan, type Changed, planCart, toChanges, type Wanted } from './cart-plan.ts';
import { load } from './cart-reader.ts';
import type { CartCopy } from './cart-snapshot.ts';

const MOST_CHANGES_IN_BATCH = 512;
const MOST_WAITING = 4096;
/** How long a change is tried while others change the same cart. */
const CONFLICT_DEADLINE_MS = 4000;
const LONGEST_PAUSE_MS = 32;
/** serialization_failure and deadlock_detected: PostgreSQL undid everything. */
const UNDONE = new Set(['40001', '40P01']);

class ChangeTicket extends Ticket<Changed | Replayed> {
  readonly wanted: Wanted;

  constructor(database: Database, wanted: Wanted) {
    super(database);
    this.wanted = wanted;
  }
}

/** The changes of one cart, in the order of their arrival. */
interface Queue {
  readonly customerId: string;
  tickets: ChangeTicket[];
  /** In a lane: what comes meanwhile waits for the next batch. */
  isInLane: boolean;
  conflicts: number;
  /** Until a timer says otherwise; by the clock it could be too early when the timer goes off. */
  isPaused: boolean;
}

/** Changes carts: those that wait together are one statement. */
export class CartWriter {
  readonly #memory: CartMemory;
  readonly #mostWaiting: number;
  readonly #announce: (cart: CartCopy) => void;
  readonly #lane = new Lane(
    () => this.#take(),
    (batch: Queue[]) => this.#run(batch),
  );
  #queues = new Map<string, Queue>();
  #size = 0;

  /** @param announce is told of each cart that was changed, after the commit */
  constructor(
    memory: CartMemory,
    mostWaiting = MOST_WAITING,
    announce: (cart: CartCopy) => void = () => {},
  ) {
    this.#memory = memory;
    this.#mostWaiting = mostWaiting;
    this.#announce = announce;
  }

  /**
   * Decides the change on the cart as it is when its turn comes, and commits it.
   *
   * @throws Problem 503 if too many wait, if others keep changing the cart, or without a database
   */
  change(database: Database, customerId: string, wanted: Wanted): Promise<Changed | Replayed> {
    if (this.#size >= this.#mostWaiting) throw overloaded();
    const ticket = new ChangeTicket(database, wanted);
    const queue = this.#queues.get(customerId);
    if (queue) queue.tickets.push(ticket);
    else this.#queues.set(customerId, newQueue(customerId, ticket));
    this.#size += 1;
    this.#lane.start();
    return ticket.promise;
  }

  /** Ends when every change has been answered, whether or not somebody still waits for it. */
  async drained(): Promise<void> {
    while (this.#size > 0) {
      await this.#lane.drained();
      await sleep(this.#size > 0 ? LONGEST_PAUSE_MS : 0);
    }
  }

  #take(): Queue[] | undefined {
    const batch: Queue[] = [];
    let changes = 0;
    for (const queue of this.#queues.values()) {
      if (queue.isInLane || queue.isPaused) continue;
      batch.push(queue);
      queue.isInLane = true;
      changes += queue.tickets.length;
      if (changes >= MOST_CHANGES_IN_BATCH) break;
    }
    return batch.length === 0 ? undefined : batch;
  }

  async #run(batch: readonly Queue[]): Promise<void> {
    try {
      await this.#attempt(batch, MOST_CHANGES_IN_BATCH);
    } catch (error) {
      await this.#afterError(batch, error);
    }
    for (const queue of batch) queue.isInLane = false;
    // A new Map: to delete the keys of this one would make all that it held old for V8 (decision 026).
    const isWaiting = ([, { tickets }]: readonly [string, Queue]) => tickets.length > 0;
    this.#queues = new Map([...this.#queues].filter(isWaiting));
  }

  /** One round: whatever is proven is answered, and whatever is not is left in its queue. */
  async #attempt(batch: readonly Queue[], mostOfEach: number): Promise<void> {
    const [first] = batch.flatMap(({ tickets }) => tickets);
    if (!first) return;
    const waiting = new Map<Queue, readonly ChangeTicket[]>();
    for (const queue of batch)
      if (queue.tickets.length > 0) waiting.set(queue, queue.tickets.slice(0, mostOfEach));
    if (await this.#replay(first.database, waiting)) return this.#attempt(batch, mostOfEach);
    const bases = await this.#bases(first.database, waiting);
    const plans = new Map<string, CartPlan>();
    for (const [{ customerId }, tickets] of waiting) {
      const base = bases.get(customerId) ?? this.#memory.unused(customerId);
      const wanted = tickets.map((ticket) => ticket.wanted);
      plans.set(customerId, planCart(base, wanted, this.#memory));
    }
    const changes = toChanges([...plans.values()], this.#memory);
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
    database: Database,
    waiting: ReadonlyMap<Queue, readonly ChangeTicket[]>,
  ): Promise<boolean> {
    const keyed = [...waiting].flatMap(([queue, tickets]) =>
      tickets.flatMap((ticket) => {
        const { keyed } = ticket.wanted;
        return keyed ? [{ queue, ticket, keyed }] : [];
      }),
    );
    if (keyed.length === 0) return false;
    const keys = keyed.map(({ queue, keyed: { key } }) => [queue.customerId, key] as const);
    const nameOf = (customerId: string, key: string) => `${customerId}\0${key}`;
    const kept = new Map(
      (await findAnswers(database, keys)).map((row) => [nameOf(row.customer_id, row.key), row]),
    );
    for (const { queue, ticket, keyed: each } of keyed) {
      const answer = kept.get(nameOf(queue.customerId, each.key));
      if (!answer) continue;
      queue.tickets = queue.tickets.filter((other) => other !== ticket);
      this.#size -= 1;
      ticket.settle(() => ({ replayed: replayOf(each, answer) }));
    }
    return kept.size > 0;
  }

  /** The copies to decide on. Those that are known are taken as they are: the statement proves them. */
  async #bases(
    database: Database,
    waiting: ReadonlyMap<Queue, readonly ChangeTicket[]>,
  ): Promise<Map<string, CartCopy>> {
    const bases = new Map<string, CartCopy>();
    const unknown: string[] = [];
    const products = new Set<string>();
    for (const [{ customerId }, tickets] of waiting) {
      const copy = this.#memory.cart(customerId);
      if (copy) bases.set(customerId, copy);
      else unknown.push(customerId);
      for (const {
        wanted: { change },
      } of tickets)
        if (change.kind === 'add' && this.#memory.product(change.productId) === undefined)
          products.add(change.productId);
    }
    const [loaded] = await Promise.all([
      unknown.length === 0 ? [] : load(database, this.#memory, unknown),
      products.size === 0 ? undefined : this.#lookUp(database, [...products]),
    ]);
    for (const [customerId, copy] of loaded) bases.set(customerId, copy);
    return bases;
  }

  async #lookUp(database: Database, productIds: readonly string[]): Promise<void> {
    const found = new Map(
      (await readProducts(database, productIds)).map((row) => [
        row.product_id,
        { productName: row.product_name, priceMinor: minorFromDecimal(row.price) },
      ]),
    );
    for (const id of productIds) this.#memory.keepProduct(id, found.get(id) ?? null);
  }

  #answer(queue: Queue, { base, steps }: CartPlan, row: ChangedRow): void {
    const last = steps.at(-1);
    const times =
      last && last.version > base.version
        ? { createdAt: row.created_at, updatedAt: row.updated_at }
        : base.times;
    let cart = base;
    for (const { verdict, version, lines } of steps) {
      if (version !== cart.version) cart = base.at(version, lines, times);
      this.#shift(queue)?.resolve({ verdict, cart });
    }
    if (cart !== base) {
      this.#memory.keepCart(cart);
      this.#announce(cart);
    }
    queue.conflicts = 0;
  }

  #conflict(queue: Queue, plan: CartPlan | undefined): void {
    this.#memory.forgetCart(queue.customerId);
    for (const id of plan?.productIds ?? []) this.#memory.forgetProduct(id);
    const now = performance.now();
    const isLate = ({ since }: ChangeTicket) => now - since > CONFLICT_DEADLINE_MS;
    this.#reject(queue, isLate, new Problem('cart-busy'));
    queue.conflicts += 1;
    // At first the copy was just old. After that somebody is writing, and needs a moment.
    if (queue.conflicts < 2) return;
    const pause = Math.random() * Math.min(2 ** (queue.conflicts - 1), LONGEST_PAUSE_MS);
    queue.isPaused = true;
    setTimeout(() => {
      queue.isPaused = false;
      this.#lane.start();
    }, pause);
  }

  /** A change that PostgreSQL refuses must not take its neighbours with it: each is tried alone. */
  async #afterError(batch: readonly Queue[], error: unknown): Promise<void> {
    if (UNDONE.has(codeOf(error))) {
      for (const queue of batch) this.#conflict(queue, undefined);
      return;
    }
    for (const { customerId } of batch) this.#memory.forgetCart(customerId);
    if (databaseUnavailable(error)) {
      for (const queue of batch) this.#reject(queue, () => true, error);
      for (const queue of this.#queues.values())
        if (!queue.isInLane) this.#reject(queue, (ticket) => ticket.shares(error), error);
      return;
    }
    for (const queue of batch) {
      for (const ticket of [...queue.tickets]) {
        await this.#attempt([queue], 1).catch((reason: unknown) =>
          this.#reject(queue, (each) => each === ticket, reason),
        );
      }
    }
  }

  #shift(queue: Queue): ChangeTicket | undefined {
    const ticket = queue.tickets.shift();
    if (ticket) this.#size -= 1;
    return ticket;
  }

  #reject(queue: Queue, isMeant: (ticket: ChangeTicket) => boolean, error: unknown): void {
    const rejected = queue.tickets.filter(isMeant);
    queue.tickets = queue.tickets.filter((ticket) => !rejected.includes(ticket));
    for (const ticket of rejected) ticket.reject(error);
    this.#size -= rejected.length;
    if (queue.tickets.length === 0 && !queue.isInLane) this.#queues.delete(queue.customerId);
  }
}

const newQueue = (customerId: string, ticket: ChangeTicket): Queue => ({
  customerId,
  tickets: [ticket],
  isInLane: false,
  conflicts: 0,
  isPaused: false,
});
