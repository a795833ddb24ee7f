// Shared by the tests of "carthub-db check-drift".

import pg from 'pg';
import type { Difference } from '../../src/drift/compare.ts';
import { splitStatements } from '../../src/migrations/files/statements.ts';
import { type CliRun, runCli } from '../run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';

/** A new database after these scripts. */
export async function openDatabase(
  from: 'migrated' | 'empty',
  ...scripts: readonly string[]
): Promise<TestDatabase> {
  const database = await createTestDatabase(from);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    // One by one: the whole text would be one transaction, which some statements refuse.
    for (const { text } of scripts.flatMap(splitStatements)) await client.query(text);
  } finally {
    await client.end();
  }
  return database;
}

export function checkDrift(database: TestDatabase, ...args: readonly string[]): Promise<CliRun> {
  return runCli(database.url, ['check-drift', ...args]);
}

export async function findDifferences(
  database: TestDatabase,
  ...args: readonly string[]
): Promise<Difference[]> {
  return JSON.parse((await checkDrift(database, '--json', ...args)).out);
}

/** Such as `changed table carts, column version`. */
export async function findDrift(
  database: TestDatabase,
  ...args: readonly string[]
): Promise<string[]> {
  const differences = await findDifferences(database, ...args);
  return differences.map(({ state, object }) => `${state} ${object}`);
}
