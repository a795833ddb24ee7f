// What is running, written down, so that somebody else can end it when the launcher is killed.
//
// Terminology
//   run        one `npm start` or `npm test`. A checkout has at most one of each.
//   launcher   the process that this run is; its pid and identity are in the run file.
//   guarded    a process that the launcher has started and that must not outlive it.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { commandOf, end, identify, isGroupAlive, isRunning, send } from './processes.mjs';

/** @typedef {import('./processes.mjs').Process} Process */

/**
 * Known by its pid, or by a file that holds the pid in its first line and the text that its command
 * holds. `group`: all that it has started is meant too. `signals`: the polite one first.
 * @typedef {{ readonly name: string, readonly group: boolean, readonly signals: readonly NodeJS.Signals[] }
 *   & (Process | { readonly pidFile: string, readonly command: string })} Guarded
 */

/** @typedef {{ readonly launcher: Process, readonly guarded: readonly Guarded[] }} RunState */

const PATIENCE_MS = 4_000;

export class Run {
  /** @type {Guarded[]} */
  #guarded = [];
  #isOver = false;
  #file;
  #launcher;

  /** @param {string} file @param {Process} launcher */
  constructor(file, launcher) {
    this.#file = file;
    this.#launcher = launcher;
    this.#write();
  }

  /** @param {Guarded} entry */
  guard(entry) {
    this.#guarded.push(entry);
    this.#write();
  }

  /** @param {Guarded} entry */
  release(entry) {
    this.#guarded = this.#guarded.filter((each) => each !== entry);
    this.#write();
  }

  /** At once and without waiting, for a person who has lost patience. */
  kill() {
    for (const each of this.#guarded) {
      const target = find(each);
      const signal = each.signals.at(-1);
      if (target !== undefined && signal !== undefined) send(target, signal);
    }
  }

  /** Ends whatever is left, and the run with it. */
  async [Symbol.asyncDispose]() {
    await endAll(this.#guarded);
    this.#isOver = true;
    rmSync(this.#file, { force: true });
  }

  #write() {
    if (this.#isOver) return;
    /** @type {RunState} */
    const state = { launcher: this.#launcher, guarded: this.#guarded };
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

/**
 * Begins a run, after ending what a killed one has left behind.
 * @param {string} file
 * @returns {Promise<{ ok: true, run: Run } | { ok: false, pid: number }>} whose run goes on already
 */
export async function beginRun(file) {
  const previous = readRun(file);
  if (previous !== undefined && isRunning(previous.launcher)) {
    return { ok: false, pid: previous.launcher.pid };
  }
  await endAll(previous?.guarded ?? []);
  return {
    ok: true,
    run: new Run(file, { pid: process.pid, identity: identify(process.pid) ?? '' }),
  };
}

/** @param {string} file @returns {RunState | undefined} */
export function readRun(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The last started is ended first. @param {readonly Guarded[]} guarded */
export async function endAll(guarded) {
  for (const each of guarded.toReversed()) await end(() => find(each), each.signals, PATIENCE_MS);
}

/** @param {Guarded} guarded @returns {number | undefined} what to signal, if it is alive */
function find(guarded) {
  if ('pidFile' in guarded) return findByFile(guarded.pidFile, guarded.command);
  const { pid, identity, group } = guarded;
  const now = identify(pid);
  if (!group) return now === identity ? pid : undefined;
  // The first of a group may be gone before the others; no new process gets its pid until then.
  const isOurs = now === identity || now === undefined;
  return isOurs && isGroupAlive(pid) ? -pid : undefined;
}

/** @param {string} pidFile @param {string} command */
function findByFile(pidFile, command) {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    const isOurs = pid > 0 && identify(pid) !== undefined && commandOf(pid).includes(command);
    return isOurs ? pid : undefined;
  } catch {
    return undefined;
  }
}
