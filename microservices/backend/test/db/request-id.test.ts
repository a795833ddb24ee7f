import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { defineStatement, query } from '../../src/db/statement.ts';
import { commit, inTransaction } from '../../src/db/transaction.ts';
import { startTemporaryPostgres } from '../../test-support/embedded-postgres.ts';
import { holdProducts } from '../../test-support/hold-products.ts';
import { createTestApp, onBehalfOfTests } from '../../test-support/test-app.ts';

const one = defineStatement({
  name: 'select-one',
  text: 'select $1::integer as one',
  row: Type.Object({ one: Type.Integer() }),
});

describe('the request id', () => {
  it('appears in PostgreSQL’s log of slow statements, which stay prepared', async () => {
    await using server = await startTemporaryPostgres({
      settings: { log_min_duration_statement: '0' },
    });
    const pool = new pg.Pool({ connectionString: server.url(), max: 1 });
    const database = { ...onBehalfOfTests(pool), requestId: 'request-1' };
    for (const value of [1, 2, 3]) {
      expect(await query(database, one, [value])).toEqual([{ one: value }]);
    }
    const long = { ...database, requestId: 'x'.repeat(128) };
    await inTransaction(long, async (transaction) => {
      await query(transaction, one, [4]);
      return commit(await query(transaction, one, [5]));
    });
    const prepared = await pool.query(
      'select name, generic_plans + custom_plans as runs from pg_prepared_statements',
    );
    await pool.end();
    expect(prepared.rows).toEqual([{ name: 'select-one', runs: '5' }]);

    const log = await readFile(join(server.home, 'server.log'), 'utf8');
    const executions = log.match(/execute select-one\/request-1\.\w+: select \$1/g) ?? [];
    expect(executions).toHaveLength(3);
    expect(log.match(/execute select-one\/x{52}\.\w+: select \$1/g)).toHaveLength(2);
    for (const words of ['begin', 'commit']) {
      expect(log).toMatch(new RegExp(`statement: ${words} /\\* request_id=x{128} \\*/`));
    }
  });

  it('comes from the request and can be added to the statement’s text for pg_stat_activity', async () => {
    await using shop = await createTestApp({
      DB_STATEMENT_COMMENTS: 'on',
      DB_LOCK_TIMEOUT_MS: '60000',
    });
    await shop.addProduct('mug');
    const letGo = await holdProducts(shop.superuserUrl);
    const asking = shop.call({
      method: 'GET',
      url: '/api/v1/products/mug',
      headers: { 'x-request-id': 'seen-from-outside' },
    });
    const activity = () =>
      shop.sql<{ query: string }>(
        "select query from pg_stat_activity where application_name = 'carthub-backend' and wait_event_type = 'Lock'",
      );
    await expect
      .poll(async () => (await activity())[0]?.query)
      .toMatch(/^\/\* request_id=seen-from-outside \*\/\s+select/);
    await letGo();
    expect((await asking).status).toBe(200);
  });
});
