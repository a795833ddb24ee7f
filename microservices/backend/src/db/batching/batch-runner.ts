import type { RequestDatabase } from '../connection.ts';
import { databaseProblem } from '../database-errors.ts';

/**
 * Runs batches, one at a time. There is no timer: a request that arrives while nothing is in flight goes out
 * at once; those that arrive meanwhile are the next batch. Two at a time would be smaller, and cost more.
 */
export class BatchRunner<Batch> {
  readonly #next: () => Batch | undefined;
  readonly #run: (batch: Batch) => Promise<void>;
  #isRunning = false;
  #settled: Promise<void> = Promise.resolve();

  /**
   * @param next takes what waits; undefined if nothing does
   * @param run  must not fail: it tells everyone in the batch what became of it
   */
  constructor(next: () => Batch | undefined, run: (batch: Batch) => Promise<void>) {
    this.#next = next;
    this.#run = run;
  }

  /** Ends when nothing is in flight; what still waits is run as well. */
  async drained(): Promise<void> {
    while (this.#isRunning) await this.#settled;
  }

  start(): void {
    if (this.#isRunning) return;
    const batch = this.#next();
    if (batch === undefined) return;
    this.#isRunning = true;
    this.#settled = this.#run(batch).finally(() => {
      this.#isRunning = false;
      this.start();
    });
  }
}

/** A request that waits for its batch. */
export class PendingRequest<Value> {
  readonly database: RequestDatabase;
  readonly promise: Promise<Value>;
  readonly since = performance.now();
  resolve!: (value: Value) => void;
  reject!: (error: unknown) => void;

  constructor(database: RequestDatabase) {
    this.database = database;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Ends with what `work` returns or throws. */
  settle(work: () => Value): void {
    try {
      this.resolve(work());
    } catch (error) {
      this.reject(error);
    }
  }

  /**
   * Whether an error of another batch is this request's as well: it has waited while a database that is
   * gone or locked kept that batch waiting, and would now wait as long once more.
   */
  shares(error: unknown): boolean {
    const waited = performance.now() - this.since;
    return waited > this.database.config.waitMs / 8 && databaseProblem(error) !== undefined;
  }
}
