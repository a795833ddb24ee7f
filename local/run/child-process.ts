// A command that runs to its end, in a process group of its own: Ctrl-C in the terminal reaches the
// launcher alone, which ends its tasks in order.

import { spawn } from 'node:child_process';
import { end, identify, isGroupAlive } from './processes.mjs';

/** @typedef {{ readonly ok: boolean, readonly output: string }} Outcome `output`: the end of it */
/** @typedef {{ readonly run: import('./run-file.mjs').Run, readonly signal: AbortSignal }} Supervision */

const OUTPUT_LIMIT = 200_000;
const PATIENCE_MS = 1_500;

/**
 * @param {Supervision} supervision
 * @param {readonly string[]} command
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<Outcome>} rejected if the launcher is stopped
 */
export async function runTask({ run, signal }, command, options) {
  signal.throwIfAborted();
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    ...options,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** @type {Promise<Outcome>} */
  const outcome = collect(child);
  const { pid } = child;
  if (pid === undefined) return outcome;

  const identity = identify(pid) ?? '';
  const signals = /** @type {const} */ (['SIGTERM', 'SIGKILL']);
  const entry = { name: command.join(' '), pid, identity, group: true, signals };
  run.guard(entry);
  const stop = () => end(() => (isGroupAlive(pid) ? -pid : undefined), signals, PATIENCE_MS);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const result = await outcome;
    signal.throwIfAborted();
    return result;
  } finally {
    signal.removeEventListener('abort', stop);
    run.release(entry);
  }
}

/** @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child */
function collect(child) {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output = (output + text).slice(-OUTPUT_LIMIT);
    });
  }
  /** @type {Promise<Outcome>} */
  const outcome = new Promise((done) => {
    child.on('error', (error) => done({ ok: false, output: error.message }));
    child.on('close', (code) => done({ ok: code === 0, output }));
  });
  return outcome;
}
