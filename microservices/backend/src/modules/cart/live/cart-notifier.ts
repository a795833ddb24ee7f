import { setTimeout as sleep } from 'node:timers/promises';
import { BatchRunner } from '../../../db/batching/batch-runner.ts';
import { split } from '../../../db/batching/split.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import { hasListeners, notifyCarts, type Version } from './cart-events.queries.ts';

const MAX_IN_BATCH = 1024;
/** More than that is not remembered while the database keeps us waiting: the others sweep. */
const MAX_WAITING = 20_000;
/**
 * Between two of them. The first goes at once, so that one change alone does not wait; without a pause
 * they took more than half as much of the database's time again as the changes themselves.
 */
const PAUSE_MS = 20;
/** How long it is believed that somebody listens, or that nobody does. */
const BELIEVED_MS = 1000;

type Versions = Map<string, Version>;

/**
 * Tells other processes which carts have changed, after the commits and apart from them: a NOTIFY in a
 * change's own transaction would have all commits of the database queue for one lock. What is announced
 * meanwhile is the next. It may be lost, and is found by the others' sweep then.
 */
export class CartNotifier {
  readonly #database: RequestDatabase;
  /** PostgreSQL's process of our own listening connection: we know what we have done. */
  readonly #ownListener: () => number | undefined;
  readonly #runner = new BatchRunner(
    () => this.#take(),
    (batch: Versions) => this.#run(batch),
  );
  #waiting: Versions = new Map();
  #isHeard = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(database: RequestDatabase, ownListener: () => number | undefined) {
    this.#database = database;
    this.#ownListener = ownListener;
  }

  publish(customerId: string, version: Version): void {
    if (!this.#isHeard && performance.now() - this.#askedAt < BELIEVED_MS) return;
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
      if (!this.#isHeard) await this.#ask();
      if (!this.#isHeard) return;
      await notifyCarts(this.#database, batch);
      // Beside it: nothing of what is announced has to wait for the answer.
      void this.#ask().catch(() => {});
      await sleep(PAUSE_MS, undefined, { ref: false });
    } catch {
      // It was logged; other replicas find the change by sweeping.
    }
  }

  /** Whether anyone listens, unless that was asked just now. */
  async #ask(): Promise<void> {
    const now = performance.now();
    if (now - this.#askedAt < BELIEVED_MS) return;
    this.#askedAt = now;
    const own = this.#ownListener();
    this.#isHeard = await hasListeners(this.#database, own === undefined ? [] : [own]);
  }
}
