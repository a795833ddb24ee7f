import { setTimeout as sleep } from 'node:timers/promises';
import { BatchRunner } from '../../../db/batching/batch-runner.ts';
import { split } from '../../../db/batching/split.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import { hasListeners, notifyCarts, type Version } from './cart-events.queries.ts';

const MAX_IN_BATCH = 1024;
/** Notifications beyond this are dropped while the database is slow; sweeps find the changes. */
const MAX_WAITING = 20_000;
/**
 * Between two batches. The first goes at once, so that a single change does not wait. Without a pause the
 * notifications added more than half of the database time of the changes themselves.
 */
const PAUSE_MS = 20;
/** How long the answer to "does any process listen?" is cached. */
const BELIEVED_MS = 1000;

type Versions = Map<string, Version>;

/**
 * Notifies other processes of changed carts, after the commit and in batches: a NOTIFY inside each change's
 * transaction would make all commits of the database queue for one lock. A notification may be lost; the sweep of
 * the other process then finds the change.
 */
export class CartNotifier {
  readonly #database: RequestDatabase;
  /** Server process of our own listening connection, which needs no notification. */
  readonly #ownListener: () => number | undefined;
  readonly #runner = new BatchRunner(
    () => this.#take(),
    (batch: Versions) => this.#run(batch),
  );
  #waiting: Versions = new Map();
  #hasListeners = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(database: RequestDatabase, ownListener: () => number | undefined) {
    this.#database = database;
    this.#ownListener = ownListener;
  }

  publish(customerId: string, version: Version): void {
    if (!this.#hasListeners && performance.now() - this.#askedAt < BELIEVED_MS) return;
    if (this.#waiting.size >= MAX_WAITING) return;
    const isUnread = this.#waiting.has(customerId) && this.#waiting.get(customerId) === undefined;
    this.#waiting.set(customerId, isUnread ? undefined : version);
    this.#runner.start();
  }

  #take(): Versions | undefined {
    if (this.#waiting.size === 0) return undefined;
    const [batch, others] = split(this.#waiting, MAX_IN_BATCH);
    this.#waiting = others;
    return batch;
  }

  async #run(batch: Versions): Promise<void> {
    try {
      if (!this.#hasListeners) await this.#ask();
      if (!this.#hasListeners) return;
      await notifyCarts(this.#database, batch);
      // Not awaited: the next batch need not wait for the answer.
      void this.#ask().catch(() => {});
      await sleep(PAUSE_MS, undefined, { ref: false });
    } catch {
      // The failure is logged; listeners find the change by sweeping.
    }
  }

  /** Checks whether any process listens, unless that was checked a moment ago. */
  async #ask(): Promise<void> {
    const now = performance.now();
    if (now - this.#askedAt < BELIEVED_MS) return;
    this.#askedAt = now;
    const own = this.#ownListener();
    this.#hasListeners = await hasListeners(this.#database, own === undefined ? [] : [own]);
  }
}
