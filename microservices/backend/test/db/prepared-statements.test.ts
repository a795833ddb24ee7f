import { Type } from 'typebox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPool, type RotatingPool } from '../../src/db/pool.ts';
import { SessionClient } from '../../src/db/session-client.ts';
import { defineStatement, query } from '../../src/db/statement.ts';
import { commit, inTransaction } from '../../src/db/transaction.ts';
import {
  createTestApp,
  onBehalfOfTests,
  storeOf,
  type TestApp,
} from '../../test-support/test-app.ts';

const count = defineStatement({
  name: 'count-products',
  text: 'select count(*)::integer as products from products',
  row: Type.Object({ products: Type.Integer() }),
});

let shop: TestApp;
let pool: RotatingPool;
beforeAll(async () => {
  shop = await createTestApp();
  pool = createPool(storeOf(shop.superuserUrl), { ...shop.context.config.database, poolMax: 1 });
});
afterAll(async () => {
  await pool.end();
  await shop[Symbol.asyncDispose]();
});

const database = () => onBehalfOfTests(pool);
const prepared = async () =>
  (await pool.query("select name from pg_prepared_statements where name <> ''")).rows;

it('a statement that the server has forgotten is prepared again, and the request does not fail', async () => {
  expect(await query(database(), count, [])).toEqual([{ products: 0 }]);
  await pool.query('deallocate all');
  expect(await query(database(), count, [])).toEqual([{ products: 0 }]);
  await pool.query('deallocate all');
  const work = async (transaction: Parameters<Parameters<typeof inTransaction>[1]>[0]) =>
    commit(await query(transaction, count, []));
  expect(await inTransaction(database(), work)).toEqual([{ products: 0 }]);
  expect(await prepared()).toEqual([{ name: 'count-products' }]);
});

it('a plan whose result a migration has changed is made again, and the request does not fail', async () => {
  const all = defineStatement({
    name: 'all-of-it',
    text: 'select * from notes',
    row: Type.Object({ note: Type.String() }),
  });
  await pool.query("create table notes as select 'x'::text as note");
  expect(await query(database(), all, [])).toEqual([{ note: 'x' }]);
  await shop.sql('alter table notes add column more text');
  expect(await query(database(), all, [])).toEqual([{ note: 'x', more: null }]);
});

it('behind a pooler that keeps no statements they have no names from the first refusal on', async () => {
  const client = await pool.connect();
  if (!(client instanceof SessionClient)) throw new Error('not a connection of the pool');
  client.isPooled = true;
  client.release();
  await query(database(), count, []);
  const [{ name }] = (await prepared()) as [{ name: string }];
  expect(name).toMatch(/^count-products(\.[0-9a-f]{8})?$/);
  await pool.query('deallocate all');
  // The next connection of the process is told as well.
  expect(await query(database(), count, [])).toEqual([{ products: 0 }]);
  expect(await query(database(), count, [])).toEqual([{ products: 0 }]);
  expect(await prepared()).toEqual([]);
});
