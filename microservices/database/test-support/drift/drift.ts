// What the tests of "carthub-db validate" have in common.

import pg from 'pg';
import { expect } from 'vitest';
import { splitStatements } from '../../src/migrations/files/statements.ts';
import { type CliRun, runCli } from '../run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';

/** A database of its own, after these scripts, one statement after the other. */
export async function openDatabase(
  from: 'migrated' | 'empty',
  ...scripts: readonly string[]
): Promise<TestDatabase> {
  const database = await createTestDatabase(from);
  await runEach(database, scripts);
  return database;
}

/** Some statements do not run in a transaction, as the whole text would. */
async function runEach(database: TestDatabase, scripts: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    for (const { text } of scripts.flatMap(splitStatements)) await client.query(text);
  } finally {
    await client.end();
  }
}

export function validate(database: TestDatabase, ...args: readonly string[]): Promise<CliRun> {
  return runCli(database.url, ['validate', ...args]);
}

/** A line for each difference. */
export async function findLines(
  database: TestDatabase,
  ...args: readonly string[]
): Promise<string[]> {
  const { exitCode, out, err } = await validate(database, ...args);
  if (exitCode === 0) return [];
  expect(err).toMatch(/^\d+ differences?\.\n$/);
  return out.trimEnd().split('\n');
}

export function problemsOf(lines: readonly string[]): string[] {
  return lines.map((line) => line.split(ARROW)[0] ?? '');
}

/** Runs what the lines say, as they stand there; afterwards nothing is left to find. */
export async function mend(
  database: TestDatabase,
  lines: readonly string[],
  ...args: readonly string[]
): Promise<void> {
  await runEach(
    database,
    lines.map((line) => line.split(ARROW)[1] ?? ''),
  );
  expect(await findLines(database, ...args)).toEqual([]);
}

const ARROW = '  →  ';
