import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

export interface SpawnedCli {
  readonly child: ChildProcess;
  /** The exit code, or null if a signal ended it, and the output. */
  readonly finished: Promise<{ readonly exitCode: number | null; readonly output: string }>;
}

/** Runs the program as a separate process, so that it can be killed. */
export function spawnCli(
  databaseUrl: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): SpawnedCli {
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    env: { PATH: '/usr/bin:/bin', DATABASE_URL: databaseUrl, ...env },
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const finished = once(child, 'close').then(() => ({ exitCode: child.exitCode, output }));
  return { child, finished };
}
