// Starts the backend's programs and restarts each when it ends, with exponential backoff.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../run/session.ts';
import { UserError } from '../run/user-error.mjs';
import { API, type BackendProcess, type Program, spawnProgram, WORKER } from './backend-process.ts';
import { type Log, openLog, tail } from './logs.ts';

export interface Backend extends AsyncDisposable {
  /** Resolves when it has ended too often. */
  readonly failed: Promise<UserError>;
}

/** A process that has run this long resets the count of restarts. */
const STEADY_MS = 60_000;
const MAX_RESTARTS = 5;
/** The system tells that a process is gone before Node.js does. */
const END_NOTICE_MS = 500;
const FIRST_DELAY_MS = 250;

interface BackendOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly readyUrl: string;
  /** Resolves when nothing is left to be done for the database. */
  readonly whenFilled: Promise<unknown>;
  /** A sentence about what keeps it from running; undefined if only its log tells. */
  whyEnded(): Promise<string | undefined>;
}

export async function startBackend(
  session: Session,
  { env, readyUrl, whenFilled, whyEnded }: BackendOptions,
): Promise<Backend> {
  const log = await openLog(join(session.stateDir, 'logs', 'backend.log'));
  const spawn = () => spawnProgram(session, API, log, env);
  const first = spawn();
  const hasEnded = first.ended.then(() => true);
  await first.whenReady(readyUrl, session.signal, whenFilled).catch(async (cause: unknown) => {
    session.signal.throwIfAborted();
    const isEnd = await Promise.race([hasEnded, sleep(END_NOTICE_MS, false)]);
    const reason = isEnd ? await whyEnded() : undefined;
    throw reason === undefined ? cause : new UserError(reason, { cause });
  });
  return keepRunning(session, API, log, { first, spawn, whyEnded });
}

/** Starts the worker, which nobody waits for: it tries again until its database is there. */
export async function startWorker(session: Session, env: NodeJS.ProcessEnv): Promise<Backend> {
  const log = await openLog(join(session.stateDir, 'logs', 'worker.log'));
  const spawn = () => spawnProgram(session, WORKER, log, env);
  const whyEnded = async () => undefined;
  return keepRunning(session, WORKER, log, { first: spawn(), spawn, whyEnded });
}

interface Kept {
  readonly first: BackendProcess;
  readonly spawn: () => BackendProcess;
  readonly whyEnded: BackendOptions['whyEnded'];
}

function keepRunning(
  session: Session,
  { name }: Program,
  log: Log,
  { first, spawn, whyEnded }: Kept,
): Backend {
  let current = first;
  const stopping = new AbortController();
  const restart = async (how: string, restarts: number) => {
    session.progress.line(`\n  The ${name} has ended (${how}) and is restarted:`);
    session.progress.line(await tail(log.file));
    await sleep(FIRST_DELAY_MS * 2 ** restarts, undefined, { ref: false });
    if (!stopping.signal.aborted) current = spawn();
  };
  const report = async () => {
    const why = (await whyEnded()) ?? `The end of its log:\n\n${await tail(log.file)}`;
    return new UserError(`The ${name} has ended ${MAX_RESTARTS + 1} times. ${why}`);
  };
  return {
    failed: supervise(() => current, stopping.signal, restart).then(report),
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await current.stop();
      await log[Symbol.asyncDispose]();
    },
  };
}

/** Returns when the process has ended too often; never returns once `stopping` is aborted. */
async function supervise(
  current: () => BackendProcess,
  stopping: AbortSignal,
  restart: (how: string, restarts: number) => Promise<void>,
): Promise<void> {
  for (let restarts = 0; ; restarts += 1) {
    const began = performance.now();
    const how = await current().ended;
    if (stopping.aborted) await new Promise(() => {});
    if (performance.now() - began > STEADY_MS) restarts = 0;
    if (restarts === MAX_RESTARTS) return;
    await restart(how, restarts);
  }
}
