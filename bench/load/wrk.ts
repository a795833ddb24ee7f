// Closed-loop load over HTTP, by wrk.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withCpuOfChild } from '../measure/cpu.ts';
import type { LoadResult } from './load-result.ts';

export interface WrkLoad {
  readonly wrk: string;
  readonly url: string;
  readonly clients: number;
  readonly seconds: number;
  /** Of scripts/wrk/, without ".lua". */
  readonly script: string;
  /** Read by the script, as "customer token number" a line. */
  readonly shoppersFile: string;
  /** Shoppers to skip, so that a load begins where the previous one ended. */
  readonly skip: number;
  readonly products: number;
  readonly linesPerCart: number;
  /** Arguments of the script after the common ones. */
  readonly more?: readonly string[];
  /** Threads divide the shoppers. @default 2, or the number of clients */
  readonly threads?: number;
}

const THREADS = 2;
const SCRIPTS = join(import.meta.dirname, '../scripts/wrk');

export async function runWrk(load: WrkLoad): Promise<LoadResult> {
  const { wrk, url, clients, seconds, script, shoppersFile, more = [] } = load;
  const threads = Math.min(load.threads ?? THREADS, clients);
  const args = [`-t${threads}`, `-c${clients}`, `-d${seconds}s`, '--timeout', '10s'];
  const skip = Math.floor(load.skip / threads);
  const numbers = [threads, skip, load.products, load.linesPerCart].map(String);
  const scriptArgs = [shoppersFile, ...numbers, ...more];
  const { result, loadSeconds } = await withCpuOfChild(() =>
    promisify(execFile)(
      wrk,
      [...args, '-s', join(SCRIPTS, `${script}.lua`), url, '--', ...scriptArgs],
      {
        env: { ...process.env, LUA_PATH: `${SCRIPTS}/?.lua;;` },
      },
    ),
  );
  return { ...parseWrk(result.stdout), loadSeconds };
}

/** The last line is written by scripts/wrk/shoppers.lua. */
export function parseWrk(output: string): Omit<LoadResult, 'loadSeconds'> {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const { requests, microseconds, errors, p50, p95, p99 }: Record<string, number> =
    JSON.parse(line);
  const [count = 0, us = 0] = [requests, microseconds];
  const [a = 0, b = 0, c = 0] = [p50, p95, p99];
  return {
    count,
    errors: errors ?? 0,
    perSecond: count / (us / 1e6),
    p50Ms: a / 1000,
    p95Ms: b / 1000,
    p99Ms: c / 1000,
  };
}
