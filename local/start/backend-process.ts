import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BACKEND } from '../packages/services.ts';
import { end, identify, isRunning } from '../run/processes.ts';
import type { Session } from '../run/session.ts';
import { UserError } from '../run/user-error.mjs';
import { type Log, tail } from './logs.ts';

const READY_WITHIN_MS = 30_000;
/** Longer than the backend's own grace period. */
const GRACE_MS = 4_000;
const PROGRAM = 'dist/main.js';
/** Writes its pid to a file before exec replaces it with the program. */
const WITH_PID_FILE = 'echo $$ >"$0"; exec "$@"';

export interface BackendProcess {
  /** Resolves when it has ended, with the reason: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  whenReady(url: string, stop: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Spawned in its own process group, which Ctrl-C in the terminal does not reach. It is tracked by its pid
 * file before it exists, because the launcher can be killed right after the spawn.
 */
export function spawnBackend(session: Session, log: Log, env: NodeJS.ProcessEnv): BackendProcess {
  const signals = ['SIGTERM', 'SIGKILL'] as const;
  const pidFile = join(session.stateDir, 'backend.pid');
  rmSync(pidFile, { force: true });
  const begun = { name: 'backend', pidFile, command: PROGRAM, group: false, signals };
  session.run.track(begun);
  const child = spawn('/bin/sh', ['-c', WITH_PID_FILE, pidFile, process.execPath, PROGRAM], {
    cwd: join(session.root, BACKEND.directory),
    env,
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
  });
  const ended = whenEnded(child);
  const { pid } = child;
  if (pid === undefined) return { ended, whenReady: () => failed(log), stop: async () => {} };

  const target = { pid, identity: identify(pid) ?? '' };
  const entry = { ...target, name: 'backend', group: false, signals };
  session.run.track(entry);
  session.run.untrack(begun);
  ended.then(() => session.run.untrack(entry));
  return {
    ended,
    whenReady: async (url, stop) => {
      const deadline = performance.now() + READY_WITHIN_MS;
      while (!(await answers(url))) {
        stop.throwIfAborted();
        if (!isRunning(target) || performance.now() > deadline) return failed(log);
        await sleep(50);
      }
    },
    stop: () => end(() => (isRunning(target) ? pid : undefined), signals, GRACE_MS),
  };
}

function whenEnded(child: ChildProcess): Promise<string> {
  return new Promise((done) => {
    child.on('error', (error) => done(error.message));
    child.on('exit', (code, signal) => done(signal ?? `exit code ${code}`));
  });
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
  return response?.ok === true;
}

async function failed({ file }: Log): Promise<never> {
  throw new UserError(`The backend did not start. The end of its log:\n\n${await tail(file)}`);
}
