import { runToEnd, type Supervision } from '../run/child-process.ts';
import { UserError } from '../run/user-error.mjs';
import { npmCommand, withoutCaller } from './installed.mjs';

const SHOWN_LINES = 20;

/** @throws UserError with the beginning and the end of npm's output if it fails */
export async function npm(
  supervision: Supervision,
  directory: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Promise<void> {
  const options = { cwd: directory, env: withoutCaller(env) };
  const { ok, output } = await runToEnd(supervision, [...npmCommand(env), ...args], options);
  if (ok) return;
  const hint = /ENOSPC/.test(output) ? '\nThe disk is full: free some space and start again.' : '';
  throw new UserError(
    `npm ${args.join(' ')} failed in ${directory}:\n\n${shorten(output)}\n${hint}`,
  );
}

/** npm prints the reason first, a compiler prints it last. */
function shorten(output: string): string {
  const lines = output.trimEnd().split('\n');
  if (lines.length <= 2 * SHOWN_LINES) return lines.join('\n');
  return [...lines.slice(0, SHOWN_LINES), '…', ...lines.slice(-SHOWN_LINES)].join('\n');
}
