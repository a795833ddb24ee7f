// Start time of a process: until it is ready, and in CPU time.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StartTime {
  /** Wall time, which other processes prolong. */
  readonly readyMs: number;
  /** CPU time in user and kernel mode, which they hardly change. */
  readonly cpuMs: number;
}

const INTERVAL_MS = 3;
const TIMEOUT_MS = 30_000;
/** The unit of /proc, the same on every Linux that Node.js supports. */
const TICK_MS = 10;

/**
 * @param args of Node.js; the process listens on `port` and answers /readyz
 * @param env all of its environment
 */
export async function measureStart(
  cwd: string,
  args: readonly string[],
  port: number,
  env: NodeJS.ProcessEnv,
): Promise<StartTime> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null || performance.now() - began > TIMEOUT_MS)
        throw new Error(`${args.join(' ')} did not become ready in ${cwd}.`);
      await sleep(INTERVAL_MS);
    }
    const readyMs = performance.now() - began;
    return { readyMs, cpuMs: cpuOf(child.pid) };
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
  });
}

/** @returns NaN where there is no /proc */
function cpuOf(pid: number | undefined): number {
  try {
    // The name of the program, in parentheses, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return Number.NaN;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
