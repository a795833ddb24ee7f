import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { splitStatements } from '../src/migrations/statements.ts';
import { runCli } from '../test-support/run-cli.ts';
import { createScratch } from '../test-support/scratch.ts';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database.ts';

interface Difference {
  readonly object: string;
  readonly problem: string;
  readonly mend: string;
  readonly destroys: boolean;
}

const opened: AsyncDisposable[] = [];
afterAll(async () => {
  for (const resource of opened.reverse()) await resource[Symbol.asyncDispose]();
});
const open = async (from: 'migrated' | 'empty' = 'migrated', ...sql: string[]) => {
  const database = await createTestDatabase(from);
  opened.push(database);
  await runEach(database, sql);
  return database;
};

/** One by one: some do not run in a transaction. */
async function runEach(database: TestDatabase, scripts: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    for (const { text } of scripts.flatMap(splitStatements)) await client.query(text);
  } finally {
    await client.end();
  }
}

const validate = (database: TestDatabase, ...args: string[]) =>
  runCli(database.url, ['validate', ...args]);

async function lines(database: TestDatabase, ...args: string[]): Promise<string[]> {
  const { exitCode, out, err } = await validate(database, ...args);
  if (exitCode === 0) return [];
  expect(err).toMatch(/^\d+ differences?\.\n$/);
  return out.trimEnd().split('\n');
}

/** Runs what the lines say, as they stand there. */
async function mend(database: TestDatabase, found: readonly string[]): Promise<void> {
  await runEach(
    database,
    found.map((line) => line.split('  →  ')[1] ?? ''),
  );
}

/** A file with what a database looks like now. */
async function dumpOf(database: TestDatabase): Promise<string> {
  const scratch = await createScratch();
  opened.push(scratch);
  return scratch.write('schema.sql', (await runCli(database.url, ['schema', 'dump'])).out);
}

test('finds nothing in a database that was migrated, and nothing in one made from schema.sql', async () => {
  const clean = { exitCode: 0, out: expect.stringContaining('Nothing differs'), err: '' };
  expect(await validate(await open())).toEqual(clean);
  const schema = await readFile(new URL('../schema.sql', import.meta.url), 'utf8');
  const loaded = await open('empty');
  await loaded.query(schema);
  expect(await validate(loaded)).toEqual(clean);
});

const CHANGED_CHECK = `alter table carts drop constraint carts_version_check;
  alter table carts add constraint carts_version_check check (version > 1)`;

test.each<[string, string, string[]]>([
  ['a missing table', 'drop table inventory', ['table inventory: is missing']],
  [
    'a missing table that others refer to',
    'drop table carts cascade',
    [
      'table carts: is missing, and with it constraint cart_items_customer_id_fkey of table cart_items',
    ],
  ],
])('%s', async (_name, seed, expected) => {
  const database = await open('migrated', seed);
  const found = await lines(database);
  console.log(found.join('\n'));
  expect(found.map((line) => line.split('  →  ')[0])).toEqual(expected);
  await mend(database, found);
  expect(await lines(database)).toEqual([]);
});
