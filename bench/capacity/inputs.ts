import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many requests an order needs, by the name of the scenario that measures each of them. */
export interface Journey {
  readonly readsOfBuyer: Readonly<Record<string, number>>;
  readonly writesOfBuyer: Readonly<Record<string, number>>;
  readonly visitsPerOrder: number;
  readonly readsOfOtherVisit: Readonly<Record<string, number>>;
  readonly why: string;
}

/** CPU time in microseconds of one request. */
interface MeasuredRequest {
  readonly title: string;
  readonly apiUs: number;
  readonly databaseUs: number;
  readonly clients: number;
  readonly measuredOn: string;
  readonly machine: string;
}
export type CpuPerRequest = Readonly<Record<string, MeasuredRequest>>;

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));
}

export const readJourney = (): Journey => readJson<Journey>('journey.json');
export const readCpu = (): CpuPerRequest =>
  readJson<{ requests: CpuPerRequest }>('cpu-per-request.json').requests;
