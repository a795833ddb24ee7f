// `npm start` without npm, as a process that a test can interrupt and kill.

import { join } from 'node:path';
import { execa } from 'execa';
import { waitUntil } from './wait-until.ts';

/** Disposing sends SIGINT to the group if it still runs, and waits for its end. */
export interface Launch extends AsyncDisposable {
  readonly pid: number;
  /** What it has printed so far. */
  readonly output: () => string;
  readonly hasExited: () => boolean;
  /** Resolves with the exit code, or the signal that ended the process. */
  readonly exited: Promise<number | string>;
  /** Only to the launcher. */
  kill(signal: NodeJS.Signals): void;
  /** Ctrl-C: the terminal sends it to the whole process group. */
  interrupt(): void;
  /** Resolves when the shop accepts requests. */
  whenOpen(signal?: AbortSignal): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..');
const OPEN_TIMEOUT_MS = 180_000;

/** @param env added to PATH and HOME */
export function launch(env: Readonly<Record<string, string>>): Launch {
  const { PATH = '', HOME = '' } = process.env;
  const child = execa(process.execPath, ['local/bootstrap.cjs', 'start'], {
    cwd: ROOT,
    // Started by npm, the launcher also ends when its parent is killed.
    env: { PATH, HOME, npm_lifecycle_event: 'start', ...env },
    extendEnv: false,
    detached: true,
    reject: false,
    buffer: false,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('The launcher could not be started.');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  const exited = child.then(({ exitCode, signal }) => signal ?? exitCode ?? -1);
  return {
    pid,
    output: () => output,
    hasExited,
    exited,
    kill: (signal) => void child.kill(signal),
    interrupt: () => interruptGroup(pid),
    whenOpen: async (signal) => {
      const isOpen = () => {
        if (hasExited()) throw new Error(`The launcher has ended:\n${output}`);
        return output.includes('Ctrl-C stops everything');
      };
      await waitUntil('the shop is open', isOpen, { timeoutMs: OPEN_TIMEOUT_MS, signal }).catch(
        (cause: unknown) => {
          throw new Error(`The shop did not open:\n${output}`, { cause });
        },
      );
    },
    [Symbol.asyncDispose]: async () => {
      if (!hasExited()) interruptGroup(pid);
      await exited;
    },
  };
}

function interruptGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGINT');
  } catch (error) {
    // The group can end before this process is notified.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
