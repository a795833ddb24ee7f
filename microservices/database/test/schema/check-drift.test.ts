import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  findLines,
  mend,
  openDatabase,
  problemsOf,
  validate,
} from '../../test-support/drift/drift.ts';
import { ROWS, TABLES_AND_COLUMNS, WITHOUT_ROWS } from '../../test-support/drift/seeded-columns.ts';
import { INDEXES_AND_OTHERS, SINCE_18 } from '../../test-support/drift/seeded-others.ts';
import { runCli } from '../../test-support/run-cli.ts';
import { createScratch } from '../../test-support/scratch.ts';
import type { TestDatabase } from '../../test-support/test-database.ts';

const opened: AsyncDisposable[] = [];
afterAll(async () => {
  for (const resource of opened.reverse()) await resource[Symbol.asyncDispose]();
});
const open = async (from: 'migrated' | 'empty' = 'migrated', ...scripts: string[]) => {
  const database = await openDatabase(from, ...scripts);
  opened.push(database);
  return database;
};

test('finds nothing in a database that was migrated, and nothing in one made from schema.sql', async () => {
  const clean = { exitCode: 0, out: expect.stringContaining('Nothing differs'), err: '' };
  expect(await validate(await open())).toEqual(clean);
  const schema = await readFile(new URL('../../schema.sql', import.meta.url), 'utf8');
  const loaded = await open('empty');
  await loaded.query(schema);
  expect(await validate(loaded)).toEqual(clean);
});

async function findAndMend(database: TestDatabase, expected: readonly string[]): Promise<void> {
  const found = await findLines(database);
  expect(problemsOf(found)).toEqual(expected);
  await mend(database, found);
}

test.each([...TABLES_AND_COLUMNS, ...INDEXES_AND_OTHERS])('%s', async (seed, expected) => {
  await findAndMend(await open('migrated', ROWS, seed), expected);
});

test.each(WITHOUT_ROWS)('%s', async (seed, expected) => {
  await findAndMend(await open('migrated', seed), expected);
});

test.each(SINCE_18)('since PostgreSQL 18: %s', async (seed, expected) => {
  const database = await open('migrated', ROWS);
  const [server] = await database.query<{ server_version_num: string }>('show server_version_num');
  if (Number(server?.server_version_num) < 180_000) return;
  await database.query(seed);
  await findAndMend(database, expected);
});

test('many differences at once are each found once, and mended in the order of the lines', async () => {
  const chosen = [...TABLES_AND_COLUMNS, ...INDEXES_AND_OTHERS].filter(([seed]) =>
    TOGETHER.some((start) => seed.startsWith(start)),
  );
  expect(chosen).toHaveLength(TOGETHER.length);
  const database = await open('migrated', ROWS, ...chosen.map(([seed]) => seed));
  const found = await findLines(database);
  expect(problemsOf(found).sort()).toEqual(chosen.flatMap(([, expected]) => expected).sort());
  await mend(database, found);
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
  const found = await findLines(await open('empty'));
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
    const found = await findLines(database);
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
  const found = await findLines(database);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(
    /^schema_version: is at version 999, .* -- validate with the schema.sql/,
  );
});

test('--json gives the same as an array, which is empty if nothing differs', async () => {
  const database = await open();
  expect(await validate(database, '--json')).toEqual({ exitCode: 0, out: '[]\n', err: '' });
  await database.query('alter table carts alter version type integer, add note text');
  const { exitCode, out } = await validate(database, '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(out)).toEqual([
    {
      object: 'table carts',
      problem: 'column version is integer, should be bigint',
      mend: 'alter table public.carts alter column version type bigint;',
      destroys: false,
    },
    {
      object: 'table carts',
      problem: 'column note is not in schema.sql',
      mend: 'alter table public.carts drop column if exists note;',
      destroys: true,
    },
  ]);
});

test('a line that destroys data says so, behind what can be run', async () => {
  const database = await open('migrated', 'alter table orders alter total type numeric(14,4)');
  await database.query('create table notes (id integer)');
  const found = await findLines(database);
  expect(found).toHaveLength(2);
  expect(found.every((line) => line.endsWith('; -- DESTROYS DATA'))).toBe(true);
});

test('it changes nothing, and does what it does without a right to change anything', async () => {
  const database = await open('migrated', ROWS, 'drop index products_by_price');
  const asOwner = await validate(database);
  await database.query(
    "do $$ begin execute 'alter database ' || current_database() || ' set default_transaction_read_only = on'; end $$",
  );
  expect(await validate(database)).toEqual(asOwner);
  expect(await runCli(database.appUrl, ['validate'])).toEqual(asOwner);
});

test.each([
  ['revoke all on schema_version from carthub_app', 'schema_version'],
  ['revoke usage on schema public from public', 'schema public'],
  [
    "do $$ begin execute 'revoke connect on database ' || current_database() || ' from public'; end $$",
    'CONNECT',
  ],
])('a user who lacks a right is told which: %s', async (seed, missing) => {
  const database = await open('migrated', seed);
  const { exitCode, out, err } = await runCli(database.appUrl, ['validate']);
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
  expect(err).toMatch(/lacks a privilege. Connect as the owner of the database/);
  expect(err.toLowerCase()).toContain(missing.toLowerCase());
});

test.each([
  ['no file', undefined, 'There is no file that can be read at'],
  ['something else', 'create table carts (id integer);\n', ':1: "carthub-db schema dump" has not'],
  ['an edited dump', '-- comment\n', ':1: "carthub-db schema dump" has not written this'],
])('a schema that can not be read is wrong usage: %s', async (_name, content, message) => {
  const scratch = await createScratch();
  opened.push(scratch);
  const file = join(scratch.path, 'schema.sql');
  if (content !== undefined) await scratch.write('schema.sql', content);
  const database = await open();
  const { exitCode, err } = await validate(database, '--schema', file);
  expect(exitCode).toBe(2);
  expect(err).toContain(message);
  const json = await validate(database, '--schema', file, '--json');
  expect(json.exitCode).toBe(2);
  expect(JSON.parse(json.out)).toMatchObject({ ok: false });
});

test('wrong usage and an unreachable database have exit codes of their own', async () => {
  const database = await open();
  expect(await validate(database, '--unknown')).toMatchObject({ exitCode: 2 });
  expect(await validate(database, 'extra')).toMatchObject({ exitCode: 2 });
  expect(await runCli('postgres://postgres@127.0.0.1:1/none', ['validate'])).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('Nothing answers'),
  });
});
