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
/** A backend that sees the filled database and is still not ready then will not become so by itself. */
const READY_AFTER_FILL_MS = 10_000;
/** Longer than the backend's own grace period. */
const GRACE_MS = 4_000;

/** A program of the backend's build. */
export interface Program {
  readonly name: 'backend' | 'worker';
  readonly file: string;
}

export const API: Program = { name: 'backend', file: 'dist/main.js' };
export const WORKER: Program = { name: 'worker', file: 'dist/worker.js' };

/** Writes its pid to a file before exec replaces it with the program. */
const WITH_PID_FILE = 'echo $$ >"$0"; exec "$@"';

export interface BackendProcess {
  /** Resolves when it has ended, with the reason: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /**
   * @param whenFilled resolves when nothing is left to be done for the database
   * @throws UserError with the reason that the backend gives, or the end of its log
   */
  whenReady(url: string, stop: AbortSignal, whenFilled: Promise<unknown>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Spawned in its own process group, which Ctrl-C in the terminal does not reach. It is tracked by its pid
 * file before it exists, because the launcher can be killed right after the spawn.
 */
export function spawnProgram(
  session: Session,
  { name, file }: Program,
  log: Log,
  env: NodeJS.ProcessEnv,
): BackendProcess {
  const signals = ['SIGTERM', 'SIGKILL'] as const;
  const pidFile = join(session.stateDir, `${name}.pid`);
  rmSync(pidFile, { force: true });
  const begun = { name, pidFile, command: file, group: false, signals };
  session.run.track(begun);
  const child = spawn('/bin/sh', ['-c', WITH_PID_FILE, pidFile, process.execPath, file], {
    cwd: join(session.root, BACKEND.directory),
    env,
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
  });
  const ended = whenEnded(child);
  const { pid } = child;
  if (pid === undefined) return { ended, whenReady: () => failed(log), stop: async () => {} };

  const target = { pid, identity: identify(pid) ?? '' };
  const entry = { ...target, name, group: false, signals };
  session.run.track(entry);
  session.run.untrack(begun);
  ended.then(() => session.run.untrack(entry));
  return {
    ended,
    whenReady: async (url, stop, whenFilled) => {
      let deadline = performance.now() + READY_WITHIN_MS;
      whenFilled.then(
        () => {
          deadline = performance.now() + READY_AFTER_FILL_MS;
        },
        () => {},
      );
      for (;;) {
        const state = await readiness(url);
        if (state === 'ready') return;
        stop.throwIfAborted();
        if (!isRunning(target)) return failed(log);
        if (performance.now() > deadline) return state === 'silent' ? failed(log) : refuse(state);
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

/** @returns `ready`, `silent`, or the sentence that tells why it is not ready */
async function readiness(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
  if (response === undefined) return 'silent';
  if (response.ok) return 'ready';
  const { detail } = Object(await response.json().catch(() => undefined));
  return typeof detail === 'string' ? detail : 'silent';
}

function refuse(reason: string): never {
  throw new UserError(
    `The backend is not ready. ${reason}\nUse a database that fits the settings, such as CURRENCY, or change them; ` +
      'without DATABASE_URL, .carthub/ can be deleted to begin with the sample catalog.',
  );
}

async function failed({ file }: Log): Promise<never> {
  throw new UserError(`The backend did not start. The end of its log:\n\n${await tail(file)}`);
}
