import type { BadRow } from './row.ts';

const MAX_SHOWN = 50;

export interface BadRows {
  readonly total: number;
  /** The first 50 problems. */
  readonly shown: readonly BadRow[];
}

/** Counts all bad rows and keeps the first 50 problems, so memory is bounded. */
export class BadRowCollector {
  readonly #shown: BadRow[] = [];
  #total = 0;
  #lastLine = 0;

  get total(): number {
    return this.#total;
  }

  /** A row with two bad fields adds two problems and counts once. */
  add(bad: BadRow): void {
    if (bad.line !== this.#lastLine) this.#total += 1;
    this.#lastLine = bad.line;
    if (this.#shown.length < MAX_SHOWN) this.#shown.push(bad);
  }

  result(): BadRows {
    return { total: this.#total, shown: this.#shown.toSorted((a, b) => a.line - b.line) };
  }
}
