import { Type } from 'typebox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RequestDatabase } from '../../src/db/connection.ts';
import { createPool } from '../../src/db/pool.ts';
import { defineStatement, query } from '../../src/db/statement.ts';
import { commit, inTransaction } from '../../src/db/transaction.ts';
import { startLateReadyProxy } from '../../test-support/late-ready-proxy.ts';
import {
  createTestApp,
  onBehalfOfTests,
  storeOf,
  type TestApp,
} from '../../test-support/test-app.ts';

const divide = defineStatement({
  name: 'divide',
  text: 'select 1 / $1::integer as ratio',
  row: Type.Object({ ratio: Type.Integer() }),
});

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
});
afterAll(() => shop[Symbol.asyncDispose]());

it.each([
  ['alone', (database: RequestDatabase) => query(database, divide, [0])],
  [
    'in a transaction',
    (database: RequestDatabase) =>
      inTransaction(database, async (transaction) => commit(await query(transaction, divide, [0]))),
  ],
])(
  'a statement %s fails when PostgreSQL has rolled it back, not when it reports the error',
  async (_where, fail) => {
    await using proxy = await startLateReadyProxy(shop.superuserUrl);
    const url = proxy.through(shop.superuserUrl);
    await using pool = createPool(storeOf(url), { ...shop.context.config.database, poolMax: 2 });
    const database = onBehalfOfTests(pool);
    let hasFailed = false;
    const failure = fail(database).catch((error: unknown) => {
      hasFailed = true;
      return error;
    });
    await proxy.errorPassed;
    // On another connection, to and fro: the error has arrived by now.
    expect(await query(database, divide, [1])).toEqual([{ ratio: 1 }]);
    expect(hasFailed).toBe(false);
    proxy.release();
    expect(await failure).toMatchObject({ code: '22012' });
  },
);
