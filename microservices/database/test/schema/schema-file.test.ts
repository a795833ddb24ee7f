import { readFile } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { runCli } from '../../test-support/run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database.ts';

const opened: TestDatabase[] = [];
afterAll(async () => {
  for (const database of opened) await database[Symbol.asyncDispose]();
});
const open = async (from: 'migrated' | 'empty') => {
  const database = await createTestDatabase(from);
  opened.push(database);
  return database;
};
const dump = async (database: TestDatabase) => {
  const { exitCode, out, err } = await runCli(database.url, ['schema', 'dump']);
  expect(err).toBe('');
  expect(exitCode).toBe(0);
  return out;
};

test('schema.sql equals the result of the migrations ("npm run schema:dump" writes it)', async () => {
  const committed = await readFile(new URL('../../schema.sql', import.meta.url), 'utf8');
  expect(await dump(await open('migrated'))).toBe(committed);
});

test('schema.sql recreates the same dump in an empty database, with no pending migration', async () => {
  const committed = await readFile(new URL('../../schema.sql', import.meta.url), 'utf8');
  const database = await open('empty');
  await database.query(committed);
  expect(await dump(database)).toBe(committed);
  const { out } = await runCli(database.url, ['migrate']);
  expect(out).toContain('Nothing to apply');
});

test('the dump contains what later migrations are likely to add', async () => {
  const database = await open('empty');
  await database.query(
    `create unlogged table "Odd name" (
       id bigint generated always as identity,
       "select" text collate "C" default 'it''s' not null,
       amount numeric(10, 2)[],
       twice integer generated always as (1 + 1) stored,
       constraint "Odd key" primary key (id),
       unique (twice),
       exclude using btree (id with =)
     ) with (fillfactor = 70);
     alter table "Odd name" add constraint late check (id > 0) not valid;
     create unique index "Odd index" on "Odd name" (lower("select")) where id > 5;
     grant select ("select") on "Odd name" to carthub_app with grant option;
     grant select on "Odd name" to public;`,
  );
  const first = await dump(database);
  const copy = await open('empty');
  await copy.query(first);
  expect(await dump(copy)).toBe(first);
  expect(first).toContain('create unlogged table public."Odd name"');
  expect(first).toContain('with (fillfactor=70)');
});

test('the dump does not depend on the order of creation', async () => {
  const [one, other] = [await open('empty'), await open('empty')];
  await one.query('create table a (id int primary key); create table b (id int primary key)');
  await other.query('create table b (id int primary key); create table a (id int primary key)');
  expect(await dump(one)).toBe(await dump(other));
});

test('refuses and names what it cannot express', async () => {
  const database = await open('migrated');
  await database.query("create view cheap as select 1; create type mood as enum ('good')");
  const { exitCode, err } = await runCli(database.url, ['schema', 'dump']);
  expect(exitCode).toBe(1);
  expect(err).toContain('type public.mood; view public.cheap');
});
