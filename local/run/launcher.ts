// What `npm start` and `npm test` have in common: one run at a time, a guardian in case it is killed,
// an orderly end on Ctrl-C, and the root's own packages, with which the TypeScript can run.

import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Complaint, explain } from './complaint.mjs';
import { install, isInstalled } from './packages.mjs';
import { Progress } from './progress.mjs';
import { beginRun } from './run-file.mjs';
import { listenForStop } from './stop-signals.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const COMMANDS = /** @type {const} */ (['start', 'test']);

/**
 * What a command works with. `stateDir` holds everything that a run writes, except packages and
 * builds; `signal` is aborted when the run is to stop.
 * @typedef {object} Session
 * @property {string} root
 * @property {string} stateDir
 * @property {NodeJS.ProcessEnv} env
 * @property {Progress} progress
 * @property {import('./run-file.mjs').Run} run
 * @property {AbortSignal} signal
 */

/** @param {string} name @param {NodeJS.ProcessEnv} env */
export async function launch(name, env) {
  // A closed terminal can not be written to, and that is no reason to fail.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const command = COMMANDS.find((each) => each === name);
  const progress = new Progress(process.stdout, env);
  try {
    if (command === undefined) throw new Complaint(`Usage: npm start, or npm test.`);
    process.exitCode = await runCommand(command, env, progress);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`\n${explain(error, ROOT)}\n`);
  }
}

/** @param {'start' | 'test'} command @param {NodeJS.ProcessEnv} env @param {Progress} progress */
async function runCommand(command, env, progress) {
  const stateDir = resolve(env.CARTHUB_STATE_DIR || join(ROOT, '.carthub'));
  mkdirSync(stateDir, { recursive: true });
  for (const directory of [ROOT, stateDir]) accessSync(directory, constants.W_OK);

  const file = join(stateDir, `${command}.run.json`);
  const begun = await beginRun(file);
  if (!begun.ok) {
    throw new Complaint(
      `"npm ${command}" runs in this checkout already: press Ctrl-C where it was started, or "kill ${begun.pid}".`,
    );
  }
  const { run } = begun;
  startGuardian(file);
  const signal = listenForStop(run, env);
  try {
    await prepareRoot({ run, signal }, env, progress);
    const { register } = await import('tsx/esm/api');
    register();
    const { main } = await import(`./${command}.ts`);
    return await main({ root: ROOT, stateDir, env, progress, run, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.line('  Stopped.');
    return command === 'start' ? 0 : 130;
  } finally {
    await run[Symbol.asyncDispose]();
  }
}

/** @param {string} file */
function startGuardian(file) {
  const guardian = spawn(process.execPath, [join(HERE, 'guardian.mjs'), file, `${process.pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guardian.stdin.on('error', () => {});
  guardian.unref();
  // @ts-expect-error the pipe of a child process is a socket, which its type does not say
  guardian.stdin.unref();
}

/** @param {import('./task.mjs').Supervision} supervision @param {NodeJS.ProcessEnv} env @param {Progress} progress */
async function prepareRoot(supervision, env, progress) {
  if (await isInstalled(ROOT)) return;
  await progress.step('Install the tools', () => install(supervision, ROOT, env));
}
