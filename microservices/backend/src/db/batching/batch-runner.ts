import type { RequestDatabase } from '../connection.ts';
import { databaseProblem } from '../database-errors.ts';

/** A batch that takes longer may hang with its connection; then the next one goes out beside it. */
const MAX_ALONE_MS = 400;
/** Each is a connection, of DB_POOL_MAX = 5. */
const MAX_IN_FLIGHT = 2;

interface Run {
  isOverdue: boolean;
  settled: Promise<void>;
}

/**
 * Runs batches, one at a time. There is no timer: a request that arrives while nothing is in flight goes out
 * at once; those that arrive meanwhile are the next batch. Two at a time would be smaller, and cost more.
 */
export class BatchRunner<Batch> {
  readonly #next: () => Batch | undefined;
  readonly #run: (batch: Batch) => Promise<void>;
  readonly #canOvertake: boolean;
  readonly #inFlight = new Set<Run>();
  /** The next batch waits for this one. */
  #current: Run | undefined;

  /**
   * @param next takes what waits; undefined if nothing does
   * @param run  must not fail: it tells everyone in the batch what became of it
   * @param canOvertake whether a batch may be done before one that is overdue. False where their order matters
   */
  constructor(
    next: () => Batch | undefined,
    run: (batch: Batch) => Promise<void>,
    { canOvertake = false } = {},
  ) {
    this.#next = next;
    this.#run = run;
    this.#canOvertake = canOvertake;
  }

  /** Ends when nothing is in flight; what still waits is run as well. */
  async drained(): Promise<void> {
    while (this.#inFlight.size > 0)
      await Promise.all([...this.#inFlight].map(({ settled }) => settled));
  }

  start(): void {
    if (this.#current) return;
    const batch = this.#next();
    if (batch === undefined) return;
    const run: Run = { isOverdue: false, settled: Promise.resolve() };
    this.#current = run;
    this.#inFlight.add(run);
    const timer = this.#canOvertake
      ? setTimeout(() => this.#letPass(run), MAX_ALONE_MS)
      : undefined;
    run.settled = this.#run(batch).finally(() => {
      clearTimeout(timer);
      this.#inFlight.delete(run);
      if (this.#current === run) this.#current = undefined;
      else if (this.#current?.isOverdue) this.#letPass(this.#current);
      this.start();
    });
  }

  #letPass(run: Run): void {
    run.isOverdue = true;
    if (this.#current !== run || this.#inFlight.size >= MAX_IN_FLIGHT) return;
    this.#current = undefined;
    this.start();
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
