// What was measured, as files: those in results/ are what docs/performance.md tells.

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import type { Table } from './report.ts';
import type { RunOptions, Scenario } from './scenarios/scenario.ts';

export interface Result {
  readonly scenario: string;
  readonly title: string;
  readonly runs: number;
  readonly secondsPerRun: number;
  /** YYYY-MM-DD */
  readonly measuredOn: string;
  readonly machine: string;
  readonly tables: readonly Table[];
}

export function toResult(
  { name, title }: Pick<Scenario, 'name' | 'title'>,
  { runs, seconds }: Pick<RunOptions, 'runs' | 'seconds'>,
  tables: readonly Table[],
): Result {
  return {
    ...{ scenario: name, title, runs, secondsPerRun: seconds },
    measuredOn: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    tables,
  };
}

export async function writeResult(file: string, result: Result): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, rounded, 2)}\n`);
}

/** What is beyond four digits of a figure is noise. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
