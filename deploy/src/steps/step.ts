import type { Context } from '../context.ts';

/**
 * One idempotent unit of a deployment. It asks AWS what exists, and changes nothing if all is done.
 */
export interface Step {
  readonly title: string;
  /** True if it only reads: a dry run includes it. */
  readonly isReadOnly: boolean;
  run(context: Context): Promise<void>;
}
