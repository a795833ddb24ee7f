// The run file lists what a launcher has started, so that another process can end it after a kill.
//
// Terminology
//   run        one `npm start` or `npm test`. A checkout has at most one of each.
//   launcher   the process of the run; the run file holds its pid and identity.
//   tracked    a process that the launcher has started and that must not outlive it.
//
// @NOTE A lock that goes stale by age (proper-lockfile) would refuse a new start for seconds after a kill; a pid
// with an identity tells at once whether the launcher is alive.

import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import {
  commandOf,
  end,
  identify,
  isGroupAlive,
  isRunning,
  type ProcessId,
  send,
} from './processes.ts';
import { codeOf } from './user-error.mjs';

/** A process is found by its pid, or by a pid file whose process has `command` in its command line. */
export type TrackedProcess = {
  readonly name: string;
  /** Whether its descendants end with it. */
  readonly group: boolean;
  /** In the order in which they are sent. */
  readonly signals: readonly NodeJS.Signals[];
} & (ProcessId | { readonly pidFile: string; readonly command: string });

interface RunState {
  readonly launcher: ProcessId;
  readonly tracked: readonly TrackedProcess[];
}

const GRACE_MS = 4_000;

export class Run {
  #tracked: TrackedProcess[] = [];
  #isEnding = false;
  readonly #file: string;
  readonly #launcher: ProcessId;

  constructor(file: string, launcher: ProcessId) {
    this.#file = file;
    this.#launcher = launcher;
  }

  /** Called right before each start of a process: one that starts while the run ends would outlive it. */
  throwIfEnding(): void {
    if (this.#isEnding) throw new Error('The run has ended.');
  }

  /** @throws if the run is ending */
  track(entry: TrackedProcess): void {
    this.throwIfEnding();
    this.#tracked.push(entry);
    this.#write();
  }

  untrack(entry: TrackedProcess): void {
    this.#tracked = this.#tracked.filter((each) => each !== entry);
    this.#write();
  }

  /** Sends each process its last signal and does not wait. */
  kill(): void {
    for (const each of this.#tracked) {
      const target = find(each);
      const signal = each.signals.at(-1);
      if (target !== undefined && signal !== undefined) send(target, signal);
    }
  }

  /** Ends all tracked processes and deletes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    await endAll(this.#tracked);
    rmSync(this.#file, { force: true });
  }

  #write(): void {
    if (this.#isEnding) return;
    const state: RunState = { launcher: this.#launcher, tracked: this.#tracked };
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

export type BeginOutcome =
  | { readonly ok: true; readonly run: Run }
  /** The launcher that runs already. */
  | { readonly ok: false; readonly pid: number };

/** Begins a run, after ending what a killed one has left behind. Of several that begin at once, one wins. */
export async function beginRun(file: string): Promise<BeginOutcome> {
  const launcher = { pid: process.pid, identity: identify(process.pid) ?? '' };
  while (!claim(file, { launcher, tracked: [] })) {
    const previous = readRun(file);
    if (previous !== undefined && isRunning(previous.launcher)) {
      return { ok: false, pid: previous.launcher.pid };
    }
    await endAll(previous?.tracked ?? []);
    removeStale(file);
  }
  return { ok: true, run: new Run(file, launcher) };
}

/** Creates the file with its content in one step. @returns whether there was none */
function claim(file: string, state: RunState): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(state), { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (existsSync(file)) return false;
    // A file system without links.
    renameSync(draft, file);
    return true;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Another launcher may have replaced the stale file in the meantime: then it gets its own back. */
function removeStale(file: string): void {
  const removed = `${file}.${process.pid}`;
  try {
    renameSync(file, removed);
    const run = readRun(removed);
    if (run !== undefined && isRunning(run.launcher)) linkSync(removed, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(error) ?? '')) throw error;
  } finally {
    rmSync(removed, { force: true });
  }
}

/** @returns undefined if there is no such file, or if it is damaged */
export function readRun(file: string): RunState | undefined {
  try {
    const { launcher, tracked } = JSON.parse(readFileSync(file, 'utf8'));
    const isComplete = Number.isInteger(launcher.pid) && Array.isArray(tracked);
    return isComplete && tracked.every(isTracked) ? { launcher, tracked } : undefined;
  } catch {
    return undefined;
  }
}

const isTracked = (entry: unknown): boolean =>
  Array.isArray(Object(entry).signals) && ('pid' in Object(entry) || 'pidFile' in Object(entry));

/** In reverse order of their start. */
export async function endAll(tracked: readonly TrackedProcess[]): Promise<void> {
  for (const each of tracked.toReversed()) await end(() => find(each), each.signals, GRACE_MS);
}

/** @returns what to signal; undefined if it has ended */
function find(tracked: TrackedProcess): number | undefined {
  if ('pidFile' in tracked) return findByFile(tracked.pidFile, tracked.command);
  const { pid, identity, group } = tracked;
  const current = identify(pid);
  if (!group) return current === identity ? pid : undefined;
  // The first process of a group may end before the others. The kernel does not reuse its pid until all have ended.
  const isOurs = current === identity || current === undefined;
  return isOurs && isGroupAlive(pid) ? -pid : undefined;
}

function findByFile(pidFile: string, command: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    const isOurs = pid > 0 && identify(pid) !== undefined && commandOf(pid).includes(command);
    return isOurs ? pid : undefined;
  } catch {
    return undefined;
  }
}
