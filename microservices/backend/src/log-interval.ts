import { BoundedMap } from './bounded-map.ts';

const INTERVAL_MS = 1000;
const MAX_KEYS = 1000;

/** What fails for everybody is logged once a second, not for each request. */
export class LogInterval {
  readonly #lastAt = new BoundedMap<string, number>(MAX_KEYS);

  /** @returns whether this line is the first with its key in a second */
  isDue(key: string): boolean {
    const now = performance.now();
    if (now - (this.#lastAt.get(key) ?? Number.NEGATIVE_INFINITY) < INTERVAL_MS) return false;
    this.#lastAt.set(key, now);
    return true;
  }
}
