import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction } from '../src/database/connection.ts';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase('empty');
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('create table notes (text text)');
});
afterAll(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

test('a transaction fails when its work ignores a failed statement', async () => {
  const work = inTransaction(client, async () => {
    await client.query(`insert into notes values ('not kept')`);
    await client.query('select 1 / 0').catch(() => {});
  });
  await expect(work).rejects.toThrow('rolled the transaction back');
  expect(await database.query('select * from notes')).toEqual([]);
});
