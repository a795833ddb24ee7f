import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { splitStatements } from '../src/migrations/statements.ts';
import { runCli } from '../test-support/run-cli.ts';
import { createScratch } from '../test-support/scratch.ts';
import { ROWS, TABLES_AND_COLUMNS, WITHOUT_ROWS } from '../test-support/seeded-columns.ts';
import { INDEXES_AND_OTHERS } from '../test-support/seeded-others.ts';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database.ts';

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

async function findAndMend(database: TestDatabase, expected: readonly string[]): Promise<void> {
  const found = await lines(database);
  expect(found.map((line) => line.split('  →  ')[0])).toEqual(expected);
  await mend(database, found);
  expect(await lines(database)).toEqual([]);
}

test.each([...TABLES_AND_COLUMNS, ...INDEXES_AND_OTHERS])('%s', async (seed, expected) => {
  await findAndMend(await open('migrated', ROWS, seed), expected);
});

test.each(WITHOUT_ROWS)('%s', async (seed, expected) => {
  await findAndMend(await open('migrated', seed), expected);
});

test('many differences at once are each found once, and mended in the order of the lines', async () => {
  const chosen = [...TABLES_AND_COLUMNS, ...INDEXES_AND_OTHERS].filter(([seed]) =>
    TOGETHER.some((start) => seed.startsWith(start)),
  );
  expect(chosen).toHaveLength(TOGETHER.length);
  const database = await open('migrated', ROWS, ...chosen.map(([seed]) => seed));
  const found = await lines(database);
  const problems = found.map((line) => line.split('  →  ')[0]);
  expect(problems.sort()).toEqual(chosen.flatMap(([, expected]) => expected).sort());
  await mend(database, found);
  expect(await lines(database)).toEqual([]);
});

/** How seeds begin that do not stand in each other's way. */
const TOGETHER = [
  'drop table inventory',
  'create table coupons',
  'alter table carts set (fillfactor',
  'alter table orders alter status type',
  'alter table orders alter email',
  'alter table carts drop updated_at',
  'drop index products_by_price; create',
  'create index strange on carts (lower',
  'alter table carts drop constraint carts_version_check,',
  'alter table orders drop constraint orders_pkey cascade',
  'alter table cart_items drop constraint cart_items_product_id_fkey',
  'revoke select on products',
  'grant delete, select on orders',
  'create view cheap',
  'create function touch',
  'create type mood',
  'alter table carts enable row level security',
];

test('of an empty database it says one thing', async () => {
  const found = await lines(await open('empty'));
  expect(found).toEqual([
    'database: has none of the tables of schema.sql  →  -- run "carthub-db migrate"',
  ]);
});

test('another schema version is told before all else, with what to do instead of SQL', async () => {
  const database = await open('migrated', 'drop index products_by_price');
  const [{ newest } = { newest: 0 }] = await database.query<{ newest: number }>(
    'select max(version) as newest from schema_version',
  );
  const first = async (change: string) => {
    await database.query(change);
    const found = await lines(database);
    expect(found).toHaveLength(2);
    return found[0];
  };
  expect(await first(`delete from schema_version where version = ${newest}`)).toBe(
    `schema_version: is at version ${newest - 1}, should be at version ${newest}  →  ` +
      '-- run "carthub-db migrate" first, then validate again',
  );
  const insert = (version: number, name: string) =>
    `insert into schema_version values (${version}, '${name}', 'x', now(), 0)`;
  expect(await first(insert(newest, 'other'))).toMatch(
    /^schema_version: has version \d+ \(other, checksum x\), should have .* -- run "carthub-db status"/,
  );
  expect(await first(`update schema_version set version = 999 where name = 'other'`)).toMatch(
    /has version 999 .* -- run "carthub-db status"/,
  );
});

test('a database that is ahead of schema.sql says so', async () => {
  const database = await open('migrated');
  await database.query("insert into schema_version values (999, 'next', 'x', now(), 0)");
  const found = await lines(database);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(
    /^schema_version: is at version 999, .* -- validate with the schema.sql/,
  );
});

const ODD = `
  create table "Parent ""x""" ("Key, a" integer, b text, primary key ("Key, a"), unique nulls not distinct (b));
  create unlogged table "Odd name" (
    id bigint generated always as identity,
    "select" text collate "C" default E'it''s\\n a \\\\ line' not null,
    amount numeric(10, 2)[],
    twice integer generated always as (1 + 1) stored,
    constraint "Odd key" primary key (id) include (twice),
    unique (twice) deferrable initially deferred,
    exclude using btree (id with =)
  ) with (fillfactor = 70, autovacuum_enabled = false);
  alter table "Odd name" add constraint late check (id > 0) not valid;
  alter table "Odd name" add constraint "Odd fk" foreign key (twice) references "Parent ""x""" not valid;
  create unique index "Odd index" on "Odd name" (lower("select")) where id > 5;
  grant select ("select"), update ("select") on "Odd name" to carthub_app with grant option;
  grant select on "Odd name" to public`;

test.each<[string, string[]]>([
  ['drop table "Odd name"', ['table "Odd name": is missing']],
  [
    'drop table "Parent ""x""" cascade',
    ['table "Parent ""x""": is missing, and with it constraint "Odd fk" of table "Odd name"'],
  ],
  [
    'alter table "Odd name" drop "select"',
    ['table "Odd name": column "select" is missing, and with it index "Odd index"'],
  ],
  ['alter table "Odd name" alter "select" type integer using 1, alter amount type integer[]', []],
  [`alter table "Odd name" alter id drop identity, alter id drop not null`, []],
  [
    `drop index "Odd index"; alter table "Odd name" drop constraint "Odd key", drop constraint late`,
    [],
  ],
  [
    `alter table "Odd name" drop constraint "Odd name_twice_key", add constraint "Odd name_twice_key" unique (twice);
     alter table "Odd name" drop constraint "Odd name_id_excl"`,
    [],
  ],
  [`alter table "Odd name" reset (fillfactor, autovacuum_enabled), set logged`, []],
  [
    `revoke all on "Odd name" from public, carthub_app; revoke all ("select") on "Odd name" from carthub_app`,
    [],
  ],
])('odd names and rare features: %s', async (seed, expected) => {
  const schema = await dumpOf(await open('empty', ODD));
  const database = await open('empty', ODD, seed);
  const found = await lines(database, '--schema', schema);
  console.log(found.join('\n'));
  const problems = found.map((line) => line.split('  →  ')[0]);
  if (expected.length > 0) expect(problems).toEqual(expected);
  await mend(database, found);
  expect(await lines(database, '--schema', schema)).toEqual([]);
});
