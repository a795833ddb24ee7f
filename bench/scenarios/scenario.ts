import type { Tools } from '../load/tools.ts';
import type { Table } from '../report/markdown.ts';
import type { Shape } from '../shop/fill-shop.ts';

export interface RunOptions {
  readonly runs: number;
  readonly seconds: number;
  /** Size of the large shop of `scale`. */
  readonly carts: number;
  /** Duration of `soak`. */
  readonly minutes: number;
}

/** A load that one script of wrk describes, and one of pgbench with the same effect. */
export interface ScriptedLoad {
  readonly shape: Shape;
  /** Name of both scripts. */
  readonly script: string;
  /** Whether a run uses up the data, so that each run needs a reset. */
  readonly isUsedUp?: boolean;
}

/** What one run of the benchmark compares. */
export interface Scenario {
  readonly name: string;
  /** One line that describes the requests. */
  readonly title: string;
  /** Set where two checkouts can be compared: see --base. */
  readonly scripted?: ScriptedLoad;
  measure(tools: Tools, options: RunOptions): Promise<readonly Table[]>;
}
