// Result files; docs/performance.md is generated from those in results/.

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunOptions, Scenario } from '../scenarios/scenario.ts';
import type { Table } from './markdown.ts';

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

/** A load average of the last minute above this means that other work runs on the machine. */
const BUSY_LOAD = 0.7;

/** @param load average of the last minute, before the benchmark */
export function describeMachine(load = loadavg()[0] ?? 0): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`;
  return load > BUSY_LOAD ? `${machine}, other work on it` : machine;
}

export function toResult(
  { name, title }: Pick<Scenario, 'name' | 'title'>,
  { runs, seconds }: Pick<RunOptions, 'runs' | 'seconds'>,
  machine: string,
  tables: readonly Table[],
): Result {
  return {
    scenario: name,
    title,
    runs,
    secondsPerRun: seconds,
    measuredOn: new Date().toISOString().slice(0, 10),
    machine,
    tables,
  };
}

export async function writeResult(file: string, result: Result): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, rounded, 2)}\n`);
}

/** Digits after the fourth are noise. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;

const DIRECTORY = join(import.meta.dirname, '../results');

/** The kept results, by scenario. */
export async function readResults(): Promise<ReadonlyMap<string, Result>> {
  const names = (await readdir(DIRECTORY)).filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(DIRECTORY, name), 'utf8')));
  const results = texts.map((text): Result => JSON.parse(text));
  return new Map(results.map((result) => [result.scenario, result]));
}
