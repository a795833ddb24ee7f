import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseSchema } from '../../src/schema/parse.ts';
import { renderSchema } from '../../src/schema/render.ts';
import { findDrift, openDatabase } from '../../test-support/drift/drift.ts';
import { runCli } from '../../test-support/run-cli.ts';
import { createScratch } from '../../test-support/scratch.ts';

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

const opened: AsyncDisposable[] = [];
const open = async (...scripts: string[]) => {
  const database = await openDatabase('empty', ...scripts);
  opened.push(database);
  return database;
};

let schema: string;
let schemaFile: string;
beforeAll(async () => {
  schema = (await runCli((await open(ODD)).url, ['schema', 'dump'])).out;
  const scratch = await createScratch();
  opened.push(scratch);
  schemaFile = await scratch.write('schema.sql', schema);
});
afterAll(async () => {
  for (const resource of opened.reverse()) await resource[Symbol.asyncDispose]();
});

test('reads a schema from its dump as it was written', () => {
  const parsed = parseSchema(schema);
  if (!parsed.ok) throw new Error(`line ${parsed.line}`);
  expect(renderSchema(parsed.schema)).toBe(schema);
  expect(parsed.schema.columns).toContainEqual({
    table: '"Odd name"',
    column: '"select"',
    type: 'text',
    collation: 'pg_catalog."C"',
    not_null: true,
    expression: "'it''s\n a \\ line'::text",
    generated: '',
    identity: '',
  });
});

test.each<[string, string[]]>([
  ['drop table "Odd name"', ['missing table "Odd name"']],
  [
    'drop table "Parent ""x""" cascade',
    ['missing table "Odd name", constraint "Odd fk"', 'missing table "Parent ""x"""'],
  ],
  [
    'alter table "Odd name" drop "select"',
    [
      'missing table "Odd name", column "select"',
      'missing table "Odd name", index "Odd index"',
      'missing table "Odd name", grant to carthub_app on column "select" with grant option',
    ],
  ],
  [
    'alter table "Odd name" alter "select" type varchar(90), alter amount type integer[]',
    [
      'changed table "Odd name", column "select"',
      'changed table "Odd name", column amount',
      'changed table "Odd name", index "Odd index"',
    ],
  ],
  [
    `alter table "Odd name" drop constraint "Odd key";
     alter table "Odd name" alter id drop identity, alter id drop not null`,
    ['changed table "Odd name", column id', 'missing table "Odd name", constraint "Odd key"'],
  ],
  [
    'alter table "Odd name" alter id set increment 5',
    ['extra table "Odd name", sequence of column id'],
  ],
  [
    'drop index "Odd index"; alter table "Odd name" drop constraint late',
    ['missing table "Odd name", constraint late', 'missing table "Odd name", index "Odd index"'],
  ],
  [
    `alter table "Odd name" drop constraint "Odd name_twice_key", drop constraint "Odd name_id_excl";
     alter table "Odd name" add constraint "Odd name_twice_key" unique (twice)`,
    [
      'changed table "Odd name", constraint "Odd name_twice_key"',
      'missing table "Odd name", constraint "Odd name_id_excl"',
    ],
  ],
  [
    'alter table "Odd name" reset (fillfactor, autovacuum_enabled), set logged',
    ['changed table "Odd name"'],
  ],
  [
    `revoke all on "Odd name" from public, carthub_app;
     revoke all ("select") on "Odd name" from carthub_app`,
    [
      'missing table "Odd name", grant to public',
      'missing table "Odd name", grant to carthub_app on column "select" with grant option',
    ],
  ],
])('reports odd names and rare features: %s', async (seed, expected) => {
  const database = await open(ODD, seed);
  expect(await findDrift(database, '--schema', schemaFile)).toEqual(expected);
});

test('reports a missing role once, without what is granted to it', async () => {
  const role = `carthub_test_${process.pid}`;
  const tables = 'create table a (id integer, b integer); create table c (id integer)';
  const grants = `grant select on a, c to ${role}; grant update (b) on a to ${role}`;
  const database = await open(`create role ${role}`, tables, grants);
  const { out } = await runCli(database.url, ['schema', 'dump']);
  const scratch = await createScratch();
  opened.push(scratch);
  const file = await scratch.write('schema.sql', out);
  await database.query(`drop owned by ${role}; drop role ${role}`);
  expect(await findDrift(database, '--schema', file)).toEqual([`missing role ${role}`]);
});
