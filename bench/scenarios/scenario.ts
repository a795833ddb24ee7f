import type { Tools } from '../load/tools.ts';
import type { Table } from '../report/markdown.ts';

export interface RunOptions {
  readonly runs: number;
  readonly seconds: number;
  /** Of the large shop of `scale`. */
  readonly carts: number;
  /** Of `soak`. */
  readonly minutes: number;
}

/** What is compared in one run. */
export interface Scenario {
  readonly name: string;
  /** A line for people: what is done. */
  readonly title: string;
  measure(tools: Tools, options: RunOptions): Promise<readonly Table[]>;
}
