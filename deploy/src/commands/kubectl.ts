import { join } from 'node:path';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { lastLines, type Outcome, run } from './run-command.ts';

/** A separate file, so that the operator's own kubeconfig keeps its current context. */
export function kubeconfigOf({ root, options }: Context): string {
  return join(root, '.carthub', `kubeconfig-${options.environment}-${options.region}`);
}

/** Runs kubectl against the shop's cluster. @param input what `-f -` reads */
export function kubectl(
  context: Context,
  args: readonly string[],
  input?: string,
): Promise<Outcome> {
  const env = { ...context.env, KUBECONFIG: kubeconfigOf(context) };
  const { root: cwd, signal } = context;
  return run('kubectl', args, { cwd, env, signal, ...(input !== undefined && { input }) });
}

/** The same in the shop's namespace. @returns its output; @throws Failure with the title `what` */
export async function shopKubectl(
  context: Context,
  what: string,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const outcome = await kubectl(context, ['-n', 'shopping-cart', ...args], input);
  context.signal.throwIfAborted();
  if (outcome.code !== 0)
    throw new Failure(
      what,
      lastLines(outcome),
      'Check that the cluster can be reached (export KUBECONFIG as above), then run again: it resumes here.',
    );
  return outcome.stdout;
}
