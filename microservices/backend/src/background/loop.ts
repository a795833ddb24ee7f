import type { RequestDatabase } from '../db/connection.ts';
import { AlarmClock } from './alarm-clock.ts';

/** While the database is away. */
const MAX_PAUSE_MS = 5000;

interface Options {
  readonly pollMs: number;
  readonly log: RequestDatabase['log'];
  /** Logged when a step fails. */
  readonly failure: string;
}

/** Repeats a step until it is disposed of; a step that fails is repeated after growing pauses. */
export class Loop implements AsyncDisposable {
  readonly #step: () => Promise<boolean>;
  readonly #options: Options;
  readonly #clock = new AlarmClock();
  readonly #running: Promise<void>;
  #isStopped = false;

  /** @param step resolves with whether there may be more to do at once */
  constructor(step: () => Promise<boolean>, options: Options) {
    this.#step = step;
    this.#options = options;
    this.#running = this.#run();
  }

  /** Does the next step now. */
  hurry(): void {
    this.#clock.ring();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#clock.ring();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { pollMs, log, failure } = this.#options;
    let failures = 0;
    while (!this.#isStopped) {
      let hasMore = false;
      try {
        hasMore = await this.#step();
        failures = 0;
      } catch (error) {
        failures += 1;
        log.warn({ err: error }, failure);
      }
      const pauseMs = failures > 0 ? Math.min(pollMs * 2 ** failures, MAX_PAUSE_MS) : pollMs;
      // Replicas that were started together must not look together for ever.
      if (!(hasMore || this.#isStopped))
        await this.#clock.sleep(pauseMs * (0.75 + Math.random() / 2));
    }
  }
}
