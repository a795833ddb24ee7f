// Keeps the measured CPU time of requests, the input of the capacity plan.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CARTHUB } from '../measure/variants.ts';
import type { Result } from '../report/result-file.ts';

const FILE = join(import.meta.dirname, 'cpu-per-request.json');

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
export function withScenario(file: RecordFile | undefined, result: Result): RecordFile {
  const last = result.tables.at(-1);
  const measured = last?.variants[CARTHUB];
  if (last === undefined || measured === undefined) throw new Error('Nothing was measured.');
  const { errors, apiUs, databaseUs } = measured;
  if (errors > 0) throw new Error(`${errors} requests failed: the figures are not recorded.`);
  const { title, runs, secondsPerRun, measuredOn, machine } = result;
  const request = {
    title,
    apiUs: Math.round(apiUs),
    databaseUs: Math.round(databaseUs),
    clients: last.clients,
    runs,
    secondsPerRun,
    measuredOn,
    machine,
  };
  return { how: HOW, requests: { ...file?.requests, [result.scenario]: request } };
}

export async function record(result: Result): Promise<void> {
  const text = existsSync(FILE) ? await readFile(FILE, 'utf8') : undefined;
  const file: RecordFile | undefined = text === undefined ? undefined : JSON.parse(text);
  await writeFile(FILE, `${JSON.stringify(withScenario(file, result), null, 2)}\n`);
}
