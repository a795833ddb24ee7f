import type { Shape } from '../support/data.ts';

/** What is compared in one run. */
export interface Scenario {
  readonly name: string;
  /** A line for people: what is done. */
  readonly title: string;
  readonly shape: Shape;
  /** Each is measured by itself. */
  readonly clients: readonly number[];
  /** A script of wrk: the shop's requests. */
  readonly requests: string;
  /** A script of pgbench: the same effect in SQL. */
  readonly transactions: string;
}
