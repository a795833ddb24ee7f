// Runs the built carthub-db as an operator does: as its own process.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The package. */
export const DATABASE = join(import.meta.dirname, '../../../microservices/database');

export interface Run {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

export interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Run>;
}

export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Started {
  const began = performance.now();
  const child = spawn(process.execPath, ['dist/cli.js', ...args], {
    cwd: DATABASE,
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const finished = once(child, 'close').then(() => {
    const seconds = (performance.now() - began) / 1000;
    return { exitCode: child.exitCode, out, err, seconds };
  });
  return { child, finished };
}

/** Waits for the end. @throws if the exit code is not 0 */
export async function carthubDb(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const run = await start(args, env).finished;
  if (run.exitCode !== 0) throw new Error(`carthub-db ${args.join(' ')}: ${run.out}${run.err}`);
  return run;
}
