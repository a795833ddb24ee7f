import type { Context } from '../context.ts';

/**
 * One unit of the way to a running shop. What it has to do it finds out from AWS, so that it may be
 * run again at any time; with nothing to do it changes nothing.
 */
export interface Step {
  readonly title: string;
  /** Whether a dry run takes it. */
  readonly reads: boolean;
  run(context: Context): Promise<void>;
}
