// What `npm start` and `npm test` share: one run at a time per checkout, an orphan reaper in case the
// launcher is killed, and an orderly end on Ctrl-C.

import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Progress } from './progress.ts';
import { beginRun } from './run-file.ts';
import type { Session } from './session.ts';
import { listenForStop } from './stop-signals.ts';
import { explain, UserError } from './user-error.mjs';

type Command = (session: Session) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<{ main: Command }>>> = {
  start: () => import('../start/start.ts'),
  test: () => import('../suites/test.ts'),
};

export async function launch(root: string, name: string, env: NodeJS.ProcessEnv): Promise<void> {
  // Writing to a closed terminal fails, which must not end the run.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    process.exitCode = await runCommand(root, name, env);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`\n${explain(error, root)}\n`);
  }
}

async function runCommand(root: string, name: string, env: NodeJS.ProcessEnv): Promise<number> {
  const load = COMMANDS[name];
  if (load === undefined) throw new UserError('Usage: npm start, or npm test.');
  const stateDir = resolve(env.CARTHUB_STATE_DIR || join(root, '.carthub'));
  makeDirectory(stateDir);
  if (!statSync(stateDir).isDirectory())
    throw new UserError(`Carthub needs a directory at ${stateDir}, where there is a file.`);
  accessSync(stateDir, constants.W_OK);

  const file = join(stateDir, `${name}.run.json`);
  const begun = await beginRun(file);
  if (!begun.ok) {
    throw new UserError(
      `"npm ${name}" already runs in this checkout: press Ctrl-C where it was started, or "kill ${begun.pid}".`,
    );
  }
  const { run } = begun;
  startReaper(file);
  const signal = listenForStop(run, env);
  const progress = new Progress(process.stdout, env);
  try {
    const { main } = await load();
    return await main({ root, stateDir, env, progress, run, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.line('  Stopped.');
    return name === 'start' ? 0 : 130;
  } finally {
    await run[Symbol.asyncDispose]();
  }
}

/** The recursive mkdir of Node.js never returns where a file system refuses new directories, as /proc does. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  mkdirSync(path);
}

/** Detached, so that it outlives this process. */
function startReaper(file: string): void {
  const reaper = fileURLToPath(new URL('reaper.ts', import.meta.url));
  const args = ['--import', import.meta.resolve('tsx'), reaper, file, `${process.pid}`];
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.on('error', () => {});
  child.unref();
  // @ts-expect-error the pipe of a child process is a socket, which its type does not declare
  child.stdin.unref();
}
