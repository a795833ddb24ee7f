import type { Context } from '../context.ts';

/**
 * One idempotent unit of a deployment. It asks AWS what exists, and changes nothing if all is done.
 */
export interface Step {
  readonly title: string;
  /** True if it only reads: a dry run includes it. */
  readonly isReadOnly: boolean;
  /** What it reads in the account: a dry run without credentials leaves the step out and names this. */
  readonly needsAccountFor?: string;
  run(context: Context): Promise<void>;
}
