// Load on PostgreSQL by pgbench: the same effect in prepared single-row transactions.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withCpuOfChild } from '../measure/cpu.ts';
import { percentile } from '../measure/statistics.ts';
import type { LoadResult } from './load-result.ts';

export interface PgbenchLoad {
  readonly pgbench: string;
  readonly databaseUrl: string;
  readonly clients: number;
  readonly seconds: number;
  /** Of scripts/pgbench/, without ".sql"; with the weight of each where there are several. */
  readonly scripts: readonly (readonly [name: string, weight: number])[];
  readonly variables: Readonly<Record<string, number>>;
}

const SCRIPTS = join(import.meta.dirname, '../scripts/pgbench');
/** Share of transactions whose time is logged. */
const SAMPLING_RATE = 0.2;

export async function runPgbench(load: PgbenchLoad): Promise<LoadResult> {
  const { pgbench, databaseUrl, clients, seconds, scripts, variables } = load;
  const directory = await mkdtemp(join(tmpdir(), 'carthub-pgbench-'));
  const threads = Math.min(2, clients);
  const args = ['-n', '-M', 'prepared', '-c', String(clients), '-j', String(threads)];
  const defined = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
  const log = ['--log', '--log-prefix', join(directory, 'log')];
  const sampled = ['--sampling-rate', String(SAMPLING_RATE)];
  const files = scripts.flatMap(([name, weight]) => [
    '-f',
    `${join(SCRIPTS, `${name}.sql`)}@${weight}`,
  ]);
  try {
    const { result, loadSeconds } = await withCpuOfChild(() =>
      promisify(execFile)(
        pgbench,
        [...args, '-T', String(seconds), ...defined, ...log, ...sampled, ...files, databaseUrl],
        { maxBuffer: 64 * 1024 * 1024 },
      ),
    );
    const logs = await Promise.all(
      (await readdir(directory)).map((name) => readFile(join(directory, name), 'utf8')),
    );
    return { ...parsePgbench(result.stdout, logs.join('')), loadSeconds };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** @param log a line for each sampled transaction; the third field is its time in microseconds */
export function parsePgbench(output: string, log: string): Omit<LoadResult, 'loadSeconds'> {
  const number = (pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? Number.NaN);
  const times = log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number(line.split(' ')[2]) / 1000)
    .toSorted((a, b) => a - b);
  return {
    count: number(/number of transactions actually processed: (\d+)/),
    errors: number(/number of failed transactions: (\d+)/),
    perSecond: number(/tps = ([\d.]+)/),
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    p99Ms: percentile(times, 0.99),
  };
}
