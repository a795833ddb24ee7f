// Runs a command to its end in its own process group: Ctrl-C in the terminal reaches only the launcher,
// which ends its child processes in order.

import { execa } from 'execa';
import { end, identify, isGroupAlive } from './processes.ts';
import type { Session } from './session.ts';

export interface Outcome {
  readonly ok: boolean;
  /** The end of stdout and stderr, interleaved. */
  readonly output: string;
}
export type Supervision = Pick<Session, 'run' | 'signal'>;

const MAX_OUTPUT_CHARACTERS = 200_000;
const GRACE_MS = 1_500;
const SIGNALS = ['SIGTERM', 'SIGKILL'] as const;

/** @throws the signal's reason if the run is stopped */
export async function runToEnd(
  { run, signal }: Supervision,
  command: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Outcome> {
  signal.throwIfAborted();
  run.throwIfEnding();
  const [program = '', ...args] = command;
  const child = execa(program, args, {
    ...options,
    extendEnv: false,
    detached: true,
    all: true,
    reject: false,
    stdin: 'ignore',
  });
  const { pid } = child;
  if (pid === undefined) return toOutcome(await child);
  const tracked = {
    name: command.join(' '),
    pid,
    identity: identify(pid) ?? '',
    group: true,
    signals: SIGNALS,
  };
  run.track(tracked);
  // execa can only signal the direct child, and npm does not forward every signal.
  const stop = () => end(() => (isGroupAlive(pid) ? -pid : undefined), SIGNALS, GRACE_MS);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const outcome = toOutcome(await child);
    signal.throwIfAborted();
    return outcome;
  } finally {
    signal.removeEventListener('abort', stop);
    run.untrack(tracked);
  }
}

function toOutcome(result: {
  failed: boolean;
  all?: string | undefined;
  shortMessage?: string | undefined;
}): Outcome {
  const output = result.all || (result.shortMessage ?? '');
  return { ok: !result.failed, output: output.slice(-MAX_OUTPUT_CHARACTERS) };
}
