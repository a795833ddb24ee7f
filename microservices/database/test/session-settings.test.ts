import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runCli } from '../test-support/run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database.ts';

/** Each changes results, or how long something may take. */
const HOSTILE = {
  search_path: 'nowhere',
  timezone: 'Asia/Kathmandu',
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  standard_conforming_strings: 'off',
  extra_float_digits: '-15',
  bytea_output: 'escape',
  array_nulls: 'off',
  transform_null_equals: 'on',
  quote_all_identifiers: 'on',
  check_function_bodies: 'off',
  default_text_search_config: 'pg_catalog.simple',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  lock_timeout: '1',
  statement_timeout: '100',
  idle_in_transaction_session_timeout: '1',
  idle_session_timeout: '50',
  client_encoding: 'LATIN1',
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('empty');
  const [row] = await database.query<{ name: string }>('select current_database() as name');
  for (const [name, value] of Object.entries(HOSTILE))
    await database.query(`alter database ${row?.name} set ${name} = '${value}'`);
});
afterAll(() => database[Symbol.asyncDispose]());

const run = (...args: string[]) => runCli(database.url, args);

test('what a database sets changes nothing for any command', async () => {
  expect(await run('migrate')).toMatchObject({ exitCode: 0 });
  const schema = await readFile(new URL('../schema.sql', import.meta.url), 'utf8');
  expect((await run('schema', 'dump')).out).toBe(schema);
  expect((await run('check-drift')).out).toMatch(/^No drift/);
  expect(await run('import-catalog', 'catalog/products.csv')).toMatchObject({ exitCode: 0 });
  expect(await run('prune')).toMatchObject({ exitCode: 0 });
  const { out } = await run('status', '--json');
  const [first] = JSON.parse(out).applied;
  expect(Math.abs(Date.parse(first.applied_at) - Date.now())).toBeLessThan(300_000);
});

test.each(['LATIN1', 'SQL_ASCII', 'WIN1252'])(
  'migrate refuses a database in %s, with the fix, and changes nothing',
  async (encoding) => {
    const name = `encoded_${encoding.toLowerCase()}_${process.pid}`;
    await using server = await createTestDatabase('empty');
    await server.query(
      `create database ${name} template template0 encoding '${encoding}' lc_collate 'C' lc_ctype 'C'`,
    );
    const url = new URL(inject('serverUrl'));
    url.pathname = name;
    for (const args of [['migrate'], ['migrate', '--dry-run']]) {
      const { exitCode, err } = await runCli(url.href, args);
      expect(exitCode).toBe(1);
      expect(err).toContain(`The database stores text as ${encoding}`);
      expect(err).toContain("encoding 'UTF8'");
    }
    expect(JSON.parse((await runCli(url.href, ['status', '--json'])).out).version).toBe(0);
    await server.query(`drop database ${name} with (force)`);
  },
);
