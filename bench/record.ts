// The one file with the CPU time of requests, which infrastructure_cdk/cost computes from.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Result } from './report.ts';
import type { Scenario } from './scenarios/scenario.ts';

const FILE = join(import.meta.dirname, '../infrastructure_cdk/cost/cpu-per-request.json');

interface RecordedRequest {
  readonly title: string;
  /** CPU time of the API's process and of PostgreSQL's, in microseconds. */
  readonly apiUs: number;
  readonly databaseUs: number;
  readonly clients: number;
  readonly runs: number;
  readonly secondsPerRun: number;
  /** YYYY-MM-DD */
  readonly measuredOn: string;
  readonly machine: string;
}

export interface RecordFile {
  readonly how: string;
  readonly requests: Readonly<Record<string, RecordedRequest>>;
}

const HOW =
  'npm run bench -- --scenario NAME --record: CPU time from /proc of the API and of PostgreSQL, ' +
  'divided by the requests; the median of the runs, at the largest number of clients.';

/** Puts a scenario's figures in the place of those it had; nothing is kept of a run with errors. */
export function withScenario(
  file: RecordFile | undefined,
  { name, title }: Pick<Scenario, 'name' | 'title'>,
  results: readonly Result[],
  told: Pick<RecordedRequest, 'runs' | 'secondsPerRun' | 'measuredOn' | 'machine'>,
): RecordFile {
  const last = results.at(-1);
  if (last === undefined) throw new Error('Nothing was measured.');
  const { errors, apiUs, databaseUs } = last.sides.carthub;
  if (errors > 0) throw new Error(`${errors} requests failed: the figures are not recorded.`);
  const figures = { apiUs: Math.round(apiUs), databaseUs: Math.round(databaseUs) };
  const request = { title, ...figures, clients: last.clients, ...told };
  return { how: HOW, requests: { ...file?.requests, [name]: request } };
}

export async function record(
  scenario: Scenario,
  results: readonly Result[],
  { runs, seconds }: { readonly runs: number; readonly seconds: number },
): Promise<void> {
  const text = existsSync(FILE) ? await readFile(FILE, 'utf8') : undefined;
  const file: RecordFile | undefined = text === undefined ? undefined : JSON.parse(text);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, other work on it`;
  const measuredOn = new Date().toISOString().slice(0, 10);
  const told = { runs, secondsPerRun: seconds, measuredOn, machine };
  await writeFile(
    FILE,
    `${JSON.stringify(withScenario(file, scenario, results, told), null, 2)}\n`,
  );
}
