/**
 * What a lock of another session holds up is found and set aside, so that all other carts go on.
 *
 * A batch that waits for a lock fails after DB_LOCK_TIMEOUT_MS. Its carts are tried again in smaller batches,
 * beside the others, until those that are locked are alone. These lock their cart first and are retried after
 * pauses. Their commands fail when the cart has stayed locked for two seconds. For a while the next commands are
 * tried apart at once.
 *
 * A cart that others keep changing is set aside as well: its commands have their turn once they hold its lock.
 */
import { LockTimeout } from '../../../../db/locks/lock-scope.ts';
import { MAX_LOCK_WAIT_MS, MAX_QUEUE_WAIT_MS } from '../../../../db/locks/lock-waits.ts';
import { Problem } from '../../../../http/problem.ts';
import type { CartQueues, PendingChange, Queue } from '../batches/cart-queue.ts';
import { LockMemory } from './lock-memory.ts';

/** Connections for what is set aside, of DB_POOL_MAX = 5: the batches of all other carts use another one. */
const MAX_TRYING = 2;
/** One is left for carts that are only about to be found free. */
const MAX_RETRYING = 1;
/** Into how many parts a batch that failed is split. */
const PARTS = 8;
const EXPIRY_CHECK_MS = 100;
const MIN_PAUSE_MS = 50;
const MAX_PAUSE_MS = 250;
/** How long a cart alone waits in PostgreSQL, in line with other writers: the fewer wait, the longer. */
const MIN_PATIENCE_MS = 100;
/** At first, while others wait to be tried: with many buckets a lock fails many small batches, of free carts as well. */
const FIRST_PATIENCE_MS = 25;
const MAX_PATIENCE_MS = 800;
const SHARED_PATIENCE_MS = 1600;

interface Group {
  readonly queues: readonly Queue[];
  /** How often it waited in vain alone. */
  readonly tries: number;
}

interface Options {
  readonly queues: CartQueues;
  /**
   * Runs one batch. With a lock timeout it locks the cart first.
   *
   * @throws LockTimeout if it waited for a lock in vain; it handles other errors
   */
  readonly attempt: (batch: readonly Queue[], lockTimeoutMs?: number) => Promise<void>;
  /** Called when carts take part in batches again. */
  readonly onReturned: () => void;
}

export class LockedCarts {
  readonly memory = new LockMemory();
  readonly #options: Options;
  readonly #aside = new Set<Queue>();
  /** Those that are not known to be locked come first. */
  #groups: Group[] = [];
  #trying = 0;
  #retrying = 0;
  #clock: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Tries each cart that needs what is remembered as locked, or is contended. @returns whether it does */
  takesOver(queue: Queue, isContended: boolean): boolean {
    const isLocked = this.memory.concerns(queue);
    if (!isLocked && !isContended) return false;
    this.#add([queue]);
    this.#groups.push({ queues: [queue], tries: isLocked ? 1 : 0 });
    this.#start();
    return true;
  }

  /** Finds what is locked among the carts of a batch that waited in vain. */
  split(queues: readonly Queue[]): void {
    this.#add(queues);
    const size = Math.ceil(queues.length / PARTS);
    for (let at = 0; at < queues.length; at += size)
      this.#groups.unshift({ queues: queues.slice(at, at + size), tries: 0 });
    this.#start();
  }

  #add(queues: readonly Queue[]): void {
    for (const queue of queues) {
      queue.isAside = true;
      this.#aside.add(queue);
    }
    this.#clock ??= setInterval(() => this.#rejectLate(), EXPIRY_CHECK_MS);
  }

  #start(): void {
    while (this.#trying < MAX_TRYING) {
      const mayRetry = this.#retrying < MAX_RETRYING;
      const at = this.#groups.findIndex(({ tries }) => tries === 0 || mayRetry);
      const [group] = at === -1 ? [] : this.#groups.splice(at, 1);
      if (!group) return;
      const isRetry = group.tries > 0;
      this.#trying += 1;
      if (isRetry) this.#retrying += 1;
      void this.#try(group).finally(() => {
        this.#trying -= 1;
        if (isRetry) this.#retrying -= 1;
        this.#start();
      });
    }
  }

  async #try({ queues, tries }: Group): Promise<void> {
    const wanted = queues.map((queue) => [queue, [...queue.requests]] as const);
    for (const queue of queues) queue.isInBatch = true;
    const error = await this.#attempt(
      queues,
      queues.length === 1 ? this.#patience(tries) : undefined,
    );
    for (const queue of queues) queue.isInBatch = false;
    if (!error) {
      for (const [queue, requests] of wanted) this.memory.forget(queue.customerId, requests);
      this.#giveBack(queues);
      return;
    }
    const [only] = queues;
    if (only && queues.length === 1) {
      this.memory.note(only, error);
      this.#retryLater(only, tries + 1);
    } else this.split(queues);
  }

  #patience(tries: number): number {
    const share = SHARED_PATIENCE_MS / (this.#groups.length + 1);
    const patience = Math.min(MIN_PATIENCE_MS * 2 ** tries, MAX_PATIENCE_MS, share);
    return Math.ceil(Math.max(tries === 0 ? FIRST_PATIENCE_MS : MIN_PATIENCE_MS, patience));
  }

  async #attempt(
    queues: readonly Queue[],
    lockTimeoutMs: number | undefined,
  ): Promise<LockTimeout | undefined> {
    try {
      await this.#options.attempt(queues, lockTimeoutMs);
      return undefined;
    } catch (error) {
      if (error instanceof LockTimeout) return error;
      throw error;
    }
  }

  #retryLater(queue: Queue, tries: number): void {
    this.#rejectLate();
    if (queue.requests.length === 0) {
      this.#giveBack([queue]);
      return;
    }
    const pause = Math.min(MIN_PAUSE_MS * 2 ** tries, MAX_PAUSE_MS) * (0.5 + Math.random() / 2);
    setTimeout(() => {
      this.#groups.push({ queues: [queue], tries });
      this.#start();
    }, pause);
  }

  #giveBack(queues: readonly Queue[]): void {
    for (const queue of queues) {
      queue.isAside = false;
      this.#aside.delete(queue);
    }
    this.#options.onReturned();
    if (this.#aside.size > 0) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
  }

  /** Not those that a statement is working on: it may succeed. */
  #rejectLate(): void {
    const now = performance.now();
    const problem = new Problem('cart-busy', { retryAfterSeconds: 2 });
    for (const queue of this.#aside) {
      const isLate = ({ since }: PendingChange) =>
        now - Math.max(since, queue.movedAt) > MAX_LOCK_WAIT_MS || now - since > MAX_QUEUE_WAIT_MS;
      if (!queue.isInBatch) this.#options.queues.reject(queue, isLate, problem);
    }
  }
}
