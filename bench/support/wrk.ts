// Load over HTTP.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LoadResult } from './load.ts';

export interface WrkLoad {
  readonly wrk: string;
  readonly url: string;
  readonly clients: number;
  readonly seconds: number;
  /** Of scripts/, without ".lua". */
  readonly script: string;
  /** Read by the script, as "customer token" a line. */
  readonly shoppersFile: string;
}

const THREADS = 2;
const SCRIPTS = join(import.meta.dirname, '../scripts');

export async function runWrk(load: WrkLoad): Promise<LoadResult> {
  const { wrk, url, clients, seconds, script, shoppersFile } = load;
  const threads = Math.min(THREADS, clients);
  const args = [`-t${threads}`, `-c${clients}`, `-d${seconds}s`, '--timeout', '10s'];
  const { stdout } = await promisify(execFile)(
    wrk,
    [...args, '-s', join(SCRIPTS, `${script}.lua`), url, '--', shoppersFile, String(threads)],
    { env: { ...process.env, LUA_PATH: `${SCRIPTS}/?.lua;;` } },
  );
  return parseWrk(stdout);
}

/** The last line is what scripts/shoppers.lua writes when all is done. */
export function parseWrk(output: string): LoadResult {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const { requests, microseconds, errors, p50, p95, p99 }: Record<string, number> =
    JSON.parse(line);
  const [count = 0, us = 0] = [requests, microseconds];
  const [a = 0, b = 0, c = 0] = [p50, p95, p99];
  return {
    count,
    errors: errors ?? 0,
    perSecond: count / (us / 1e6),
    ...{ p50Ms: a / 1000, p95Ms: b / 1000, p99Ms: c / 1000 },
  };
}
