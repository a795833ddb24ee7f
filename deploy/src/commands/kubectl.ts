import { join } from 'node:path';
import type { Context } from '../context.ts';
import { type Outcome, run } from './run-command.ts';

/** A separate file, so that the operator's own kubeconfig keeps its current context. */
export function kubeconfigOf({ root, options }: Context): string {
  return join(root, '.carthub', `kubeconfig-${options.environment}-${options.region}`);
}

/** Runs kubectl against the shop's cluster. */
export function kubectl(context: Context, args: readonly string[]): Promise<Outcome> {
  const env = { ...context.env, KUBECONFIG: kubeconfigOf(context) };
  return run('kubectl', args, { cwd: context.root, env, signal: context.signal });
}
