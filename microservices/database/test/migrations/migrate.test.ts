import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { givenMigrations as given, tables } from '../../test-support/given-migrations.ts';
import { runCli } from '../../test-support/run-cli.ts';

test('applies each file once, then finds nothing to do', async () => {
  const { database, migrate } = await given();
  const first = await runCli(database.url, migrate);
  expect(first).toMatchObject({ exitCode: 0, out: 'Applied 2: the database is at version 2.\n' });
  const second = await runCli(database.url, [...migrate, '--json']);
  expect(JSON.parse(second.out)).toEqual({ ok: true, version: 2, applied: [] });
  expect(await tables(database)).toEqual(['first', 'schema_version', 'second']);
});

test('refuses an edited file by name, and applies nothing', async () => {
  const { database, files, migrate } = await given();
  await runCli(database.url, migrate);
  await files.write('0001_first.sql', 'create table first (id bigint primary key);\n');
  await files.write('0003_third.sql', 'create table third (id integer primary key);\n');
  const run = await runCli(database.url, migrate);
  expect(run.exitCode).toBe(1);
  expect(run.err).toContain('0001_first.sql was edited after it was applied');
  expect(run.err).not.toContain('0002');
  expect(await tables(database)).not.toContain('third');
  const status = await runCli(database.url, ['status', '--json', ...migrate.slice(1)]);
  expect(status.exitCode).toBe(1);
  expect(JSON.parse(status.out).problems[0]).toContain('0001_first.sql was edited');
});

test.each([
  ['LF', 'CRLF'],
  ['CRLF', 'LF'],
  ['CRLF', 'CRLF'],
] as const)(
  'takes files with %s that were applied, and the next ones, when they come with %s',
  async (before, after) => {
    const { database, files, migrate } = await given();
    const endings = { LF: '\n', CRLF: '\r\n' };
    const write = async (name: string, text: string, ending: keyof typeof endings) =>
      files.write(name, text.replaceAll('\n', endings[ending]));
    const first =
      "create table first (\n  id integer primary key,\n  note text default 'a\nb'\n);\n";
    await write('0001_first.sql', first, before);
    expect((await runCli(database.url, migrate)).exitCode).toBe(0);
    await write('0001_first.sql', first, after);
    await write('0003_third.sql', 'create table third (\n  id integer\n);\n', after);
    const run = await runCli(database.url, migrate);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(await tables(database)).toContain('third');
    const [row] = await database.query('insert into first (id) values (1) returning note');
    expect(row).toEqual({ note: 'a\nb' });
  },
);

test('takes the checksums of a release that hashed files with CRLF as they were', async () => {
  const { database, files, migrate } = await given();
  await runCli(database.url, migrate);
  const sql = await readFile(`${files.path}/0001_first.sql`, 'utf8');
  const second = await readFile(`${files.path}/0002_second.sql`, 'utf8');
  const hash = (previous: string, text: string) =>
    createHash('sha256').update(previous).update(text.replaceAll('\n', '\r\n')).digest('hex');
  const one = hash('', sql);
  await database.query(`update schema_version set checksum = '${one}' where version = 1`);
  await database.query(
    `update schema_version set checksum = '${hash(one, second)}' where version = 2`,
  );
  expect((await runCli(database.url, migrate)).exitCode).toBe(0);
});

test('names a missing, renamed or late file and refuses it', async () => {
  const { database, files, migrate } = await given();
  await runCli(database.url, migrate);
  await files.remove('0002_second.sql');
  expect((await runCli(database.url, migrate)).err).toContain('0002_second.sql was applied');
  await files.write('0002_other.sql', 'select 1;\n');
  expect((await runCli(database.url, migrate)).err).toContain('under the name 0002_second.sql');
  await database.query('delete from schema_version where version = 1');
  await files.remove('0002_other.sql');
  expect((await runCli(database.url, migrate)).err).toContain('0001_first.sql was never applied');
});

test.each([
  [{ '0004_fourth.sql': 'select 1;' }, '0004_fourth.sql should be number 0003'],
  [{ '0002_twin.sql': 'select 1;' }, '0002_twin.sql has the number of 0002_second.sql'],
  [{ 'third.sql': 'select 1;' }, 'third.sql: a migration is named like'],
  [{ '0003_third.sql': 'select 1;\ncommit;' }, '0003_third.sql:2: "commit" does not belong here'],
  [{ '0003_third.sql': new Uint8Array([0x2d, 0x2d, 0xff]) }, '0003_third.sql is not valid UTF-8'],
])('refuses %o before it connects', async (extra, problem) => {
  const { database, files, migrate } = await given();
  for (const [name, content] of Object.entries(extra)) await files.write(name, content);
  const run = await runCli(database.url, migrate);
  expect(run.exitCode).toBe(1);
  expect(run.err).toContain(problem);
  expect(await tables(database)).toEqual([]);
});

test('refuses a directory without migrations', async () => {
  const { database, files } = await given();
  const empty = await runCli(database.url, ['migrate', '--migrations', `${files.path}/none`]);
  expect(empty).toMatchObject({ exitCode: 1 });
  expect(empty.err).toContain('There is no directory of migrations');
});

test('shows the position of an error and rolls the migration back', async () => {
  const { database, files, migrate } = await given();
  const sql = '-- ünïcödé 🛒\ncreate table third (id integer);\n\tselect colour from third;\n';
  await files.write('0003_third.sql', sql);
  const run = await runCli(database.url, migrate);
  expect(run.exitCode).toBe(1);
  expect(run.err).toContain(
    [
      '0003_third.sql failed at line 3, column 9. Nothing of it was applied.',
      '',
      '  3 | \tselect colour from third;',
      '      \t       ^',
      'ERROR 42703: column "colour" does not exist',
    ].join('\n'),
  );
  expect(await tables(database)).toEqual(['first', 'schema_version', 'second']);
  await files.write('0003_third.sql', 'create table third (id integer);\n');
  expect((await runCli(database.url, migrate)).exitCode).toBe(0);
});

test('shows an error without a position at its statement, with detail, hint and context', async () => {
  const { database, files, migrate } = await given();
  await files.write(
    '0003_third.sql',
    `insert into first values (1);\n\n  insert into first\n  values (1);\n`,
  );
  const run = await runCli(database.url, [...migrate, '--json']);
  const { failure } = JSON.parse(run.out);
  expect(failure).toMatchObject({ line: 3, column: 3, sqlstate: '23505' });
  expect(failure.detail).toContain('Key (id)=(1) already exists');

  await files.write(
    '0003_third.sql',
    `do $$ begin raise exception 'no' using hint = 'do otherwise'; end $$;\n`,
  );
  const raised = await runCli(database.url, migrate);
  expect(raised.err).toMatch(/ERROR P0001: no\nHINT: do otherwise\nCONTEXT: PL\/pgSQL function/);
});

test('cancels a statement that takes too long', async () => {
  const { database, files, migrate } = await given();
  await runCli(database.url, migrate);
  await files.write('0003_third.sql', 'select pg_sleep(60);\n');
  const env = { MIGRATION_STATEMENT_TIMEOUT_MS: '100' };
  expect((await runCli(database.url, migrate, { env })).err).toContain('ERROR 57014');
});

test('status lists applied and pending migrations', async () => {
  const { database, files, migrate } = await given();
  const before = await runCli(database.url, ['status', ...migrate.slice(1)]);
  expect(before).toMatchObject({ exitCode: 0 });
  expect(before.out).toContain('The database is at version 0; 2 pending.');
  await runCli(database.url, migrate);
  await files.write('0003_third.sql', 'select 1;\n');
  const after = await runCli(database.url, ['status', ...migrate.slice(1)]);
  expect(after.out).toMatch(/applied {2}0001_first\.sql .*\napplied {2}0002_second\.sql /);
  expect(after.out).toContain('pending  0003_third.sql\nThe database is at version 2; 1 pending.');
});
