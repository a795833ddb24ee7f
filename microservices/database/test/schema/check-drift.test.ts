import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DEFAULT_DIRECTORY, readMigrations } from '../../src/migrations/files/migration-files.ts';
import {
  checkDrift,
  findDifferences,
  findDrift,
  openDatabase,
} from '../../test-support/drift/drift.ts';
import { ROWS, TABLES_AND_COLUMNS, WITHOUT_ROWS } from '../../test-support/drift/seeded-columns.ts';
import {
  AROUND_THE_TABLES,
  INDEXES_AND_OTHERS,
  SINCE_18,
} from '../../test-support/drift/seeded-others.ts';
import { runCli } from '../../test-support/run-cli.ts';
import { createScratch } from '../../test-support/scratch.ts';

const opened: AsyncDisposable[] = [];
afterAll(async () => {
  for (const resource of opened.reverse()) await resource[Symbol.asyncDispose]();
  // Some 85 databases.
}, 120_000);
const open = async (from: 'migrated' | 'empty' = 'migrated', ...scripts: string[]) => {
  const database = await openDatabase(from, ...scripts);
  opened.push(database);
  return database;
};

test('finds no drift in a migrated database, nor in one made from schema.sql', async () => {
  const clean = { exitCode: 0, out: expect.stringContaining('No drift'), err: '' };
  expect(await checkDrift(await open())).toEqual(clean);
  const schema = await readFile(new URL('../../schema.sql', import.meta.url), 'utf8');
  const loaded = await open('empty');
  await loaded.query(schema);
  expect(await checkDrift(loaded)).toEqual(clean);
});

test('finds no drift in a database that a release with CRLF files has migrated', async () => {
  const files = await readMigrations(DEFAULT_DIRECTORY);
  if (!files.ok) throw new Error(files.problems.join());
  for (const until of [1, 3, files.files.length]) {
    const applied = files.files.filter(({ version }) => version <= until);
    const rows = applied.map(({ version, crlfChecksum }) => `(${version}, '${crlfChecksum}')`);
    await using database = await openDatabase(
      'migrated',
      `update schema_version v set checksum = crlf.checksum
       from (values ${rows.join()}) as crlf(version, checksum) where v.version = crlf.version`,
    );
    expect(await checkDrift(database)).toMatchObject({ exitCode: 0, err: '' });
    expect(await runCli(database.url, ['schema', 'dump'])).toMatchObject({
      out: await readFile(new URL('../../schema.sql', import.meta.url), 'utf8'),
    });
  }
});

test.each([...TABLES_AND_COLUMNS, ...INDEXES_AND_OTHERS, ...AROUND_THE_TABLES])(
  'reports %s',
  async (seed, expected) => {
    expect(await findDrift(await open('migrated', ROWS, seed))).toEqual(expected);
  },
);

test.each(WITHOUT_ROWS)('reports %s', async (seed, expected) => {
  expect(await findDrift(await open('migrated', seed))).toEqual(expected);
});

test.each(SINCE_18)('since PostgreSQL 18: reports %s', async (seed, expected) => {
  const database = await open('migrated', ROWS);
  const [server] = await database.query<{ server_version_num: string }>('show server_version_num');
  if (Number(server?.server_version_num) < 180_000) return;
  await database.query(seed);
  expect(await findDrift(database)).toEqual(expected);
});

test('reports each of many differences once', async () => {
  const chosen = [...TABLES_AND_COLUMNS, ...INDEXES_AND_OTHERS].filter(([seed]) =>
    TOGETHER.some((start) => seed.startsWith(start)),
  );
  expect(chosen).toHaveLength(TOGETHER.length);
  const database = await open('migrated', ROWS, ...chosen.map(([seed]) => seed));
  const expected = chosen.flatMap(([, found]) => found);
  expect((await findDrift(database)).sort()).toEqual(expected.sort());
});

/** The first words of seeds that change different objects. */
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

test('reports an empty database as one difference', async () => {
  const { exitCode, out, err } = await checkDrift(await open('empty'));
  expect(exitCode).toBe(1);
  expect(out).toBe('missing  database\n  expected  the tables of schema.sql\n');
  expect(err).toBe('1 difference. Run "carthub-db migrate" first, then check again.\n');
});

test('reports another schema version, and what to do first', async () => {
  const database = await open('migrated', 'drop index products_by_price');
  const [{ newest } = { newest: 0 }] = await database.query<{ newest: number }>(
    'select max(version) as newest from schema_version',
  );
  const after = async (change: string) => {
    await database.query(change);
    const found = await findDrift(database);
    expect(found).toHaveLength(2);
    expect(found).toContain('missing table products, index products_by_price');
    const [migration] = found.filter((line) => !line.includes('products_by_price'));
    return [migration, (await checkDrift(database)).err];
  };
  expect(await after(`delete from schema_version where version = ${newest}`)).toEqual([
    `missing migration ${newest}`,
    '2 differences. Run "carthub-db migrate" first, then check again.\n',
  ]);
  const insert = `insert into schema_version values (${newest}, 'other', 'x', now(), 0)`;
  expect(await after(insert)).toEqual([
    `changed migration ${newest}`,
    '2 differences. Other migrations were applied: see "carthub-db status".\n',
  ]);
  await database.query(`update schema_version set version = 999 where name = 'other'`);
  expect(await findDrift(database)).toEqual(
    expect.arrayContaining([`missing migration ${newest}`, 'extra migration 999']),
  );
  expect((await checkDrift(database)).err).toContain('see "carthub-db status"');
});

test('reports a database that is ahead of schema.sql', async () => {
  const database = await open('migrated');
  await database.query("insert into schema_version values (999, 'next', 'x', now(), 0)");
  expect(await findDrift(database)).toEqual(['extra migration 999']);
  expect((await checkDrift(database)).err).toContain('The database is newer than schema.sql');
});

test('prints both definitions, and with --json an array, which is empty without drift', async () => {
  const database = await open();
  expect(await checkDrift(database, '--json')).toEqual({ exitCode: 0, out: '[]\n', err: '' });
  await database.query('alter table carts alter version type integer, add note text');
  expect(await checkDrift(database)).toEqual({
    exitCode: 1,
    out:
      'changed  table carts, column version\n' +
      '  expected  version bigint not null\n' +
      '  actual    version integer not null\n' +
      'extra    table carts, column note\n' +
      '  actual    note text\n',
    err: '2 differences. Roll forward: write a migration that corrects the schema.\n',
  });
  expect(await findDifferences(database)).toEqual([
    {
      object: 'table carts, column version',
      state: 'changed',
      expected: 'version bigint not null',
      actual: 'version integer not null',
    },
    { object: 'table carts, column note', state: 'extra', expected: null, actual: 'note text' },
  ]);
});

test('accepts its old name for one release, with a warning', async () => {
  const database = await open();
  const { exitCode, out, err } = await runCli(database.url, ['validate']);
  expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringContaining('No drift') });
  expect(err).toContain('"validate" is now "check-drift"');
});

test('changes nothing, and needs no privilege to change anything', async () => {
  const database = await open('migrated', ROWS, 'drop index products_by_price');
  const asOwner = await checkDrift(database);
  await database.query(
    "do $$ begin execute 'alter database ' || current_database() || ' set default_transaction_read_only = on'; end $$",
  );
  expect(await checkDrift(database)).toEqual(asOwner);
  expect(await runCli(database.appUrl, ['check-drift'])).toEqual(asOwner);
});

test.each([
  ['revoke all on schema_version from carthub_app', 'schema_version'],
  ['revoke usage on schema public from public', 'schema public'],
  [
    "do $$ begin execute 'revoke connect on database ' || current_database() || ' from public'; end $$",
    'CONNECT',
  ],
])('names the missing privilege: %s', async (seed, missing) => {
  const database = await open('migrated', seed);
  const { exitCode, out, err } = await runCli(database.appUrl, ['check-drift']);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
  expect(err).toMatch(/lacks a privilege. Connect as the owner of the database/);
  expect(err.toLowerCase()).toContain(missing.toLowerCase());
});

test.each([
  ['no file', undefined, 'Cannot read '],
  [
    'something else',
    'create table carts (id integer);\n',
    ':1: this is not the output of "carthub-db schema dump"',
  ],
  ['an edited dump', '-- comment\n', ':1: this is not the output of "carthub-db schema dump"'],
])('exits with 2 without a readable schema: %s', async (_name, content, message) => {
  const scratch = await createScratch();
  opened.push(scratch);
  const file = join(scratch.path, 'schema.sql');
  if (content !== undefined) await scratch.write('schema.sql', content);
  const database = await open();
  const { exitCode, err } = await checkDrift(database, '--schema', file);
  expect(exitCode).toBe(2);
  expect(err).toContain(message);
  const json = await checkDrift(database, '--schema', file, '--json');
  expect(json.exitCode).toBe(2);
  expect(JSON.parse(json.out)).toMatchObject({ ok: false });
});

test('exits with 2 after wrong usage, or if it cannot reach the database', async () => {
  const database = await open();
  expect(await checkDrift(database, '--unknown')).toMatchObject({ exitCode: 2 });
  expect(await checkDrift(database, 'extra')).toMatchObject({ exitCode: 2 });
  expect(await runCli('postgres://postgres@127.0.0.1:1/none', ['check-drift'])).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('Nothing listens'),
  });
});
