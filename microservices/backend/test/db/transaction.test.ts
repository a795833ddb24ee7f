import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../src/db/connection.ts';
import { commit, inTransaction, rollback, wasRolledBack } from '../../src/db/transaction.ts';
import { createTestDatabase, onBehalfOfTests } from '../../test-support/test-app.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 3 });
  await pool.query('create table notes (text text primary key)');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const write = (connection: Transaction | { client: pg.Pool }, text: string) =>
  connection.client.query('insert into notes values ($1)', [text]);
const isKept = async (text: string) =>
  (await pool.query('select from notes where text = $1', [text])).rowCount === 1;

describe('a transaction', () => {
  it('commits when the work returns commit', async () => {
    const value = await inTransaction(onBehalfOfTests(pool), async (transaction) => {
      await write(transaction, 'kept');
      return commit('value');
    });
    expect([value, await isKept('kept')]).toEqual(['value', true]);
  });

  it('rolls back when the work returns rollback', async () => {
    const value = await inTransaction(onBehalfOfTests(pool), async (transaction) => {
      await write(transaction, 'refused');
      return rollback('value');
    });
    expect([value, await isKept('refused')]).toEqual(['value', false]);
  });

  it('rolls back when the work throws, and releases its connection', async () => {
    for (let i = 0; i < 5; i += 1) {
      const work = inTransaction(onBehalfOfTests(pool), async (transaction) => {
        await write(transaction, 'thrown');
        throw new Error('no');
      });
      await expect(work).rejects.toThrow('no');
    }
    expect(await isKept('thrown')).toBe(false);
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  it('fails when the work ignores a failed statement, which PostgreSQL does not commit', async () => {
    const work = inTransaction(onBehalfOfTests(pool), async (transaction) => {
      await write(transaction, 'not kept');
      await transaction.client.query('select 1 / 0').catch(() => {});
      return commit('value');
    });
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: expect.stringContaining('rolled the transaction back'),
    });
    expect([wasRolledBack(error), await isKept('not kept')]).toEqual([true, false]);
  });

  it('retries after a deadlock until both succeed', async () => {
    await write({ client: pool }, 'a');
    await write({ client: pool }, 'b');
    let attempts = 0;
    const meet = barrier(2);
    const touch = (first: string, second: string) =>
      inTransaction(onBehalfOfTests(pool), async (transaction) => {
        attempts += 1;
        await transaction.client.query('update notes set text = text where text = $1', [first]);
        await meet();
        await transaction.client.query('update notes set text = text where text = $1', [second]);
        return commit(true);
      });
    expect(await Promise.all([touch('a', 'b'), touch('b', 'a')])).toEqual([true, true]);
    // PostgreSQL aborts at least one of them, perhaps both.
    expect(attempts).toBeGreaterThanOrEqual(3);
  });

  it('does not retry after any other error', async () => {
    let attempts = 0;
    const work = inTransaction(onBehalfOfTests(pool), async (transaction) => {
      attempts += 1;
      await write(transaction, 'twice');
      await write(transaction, 'twice');
      return commit(true);
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(attempts).toBe(1);
  });

  it('discards a broken connection', async () => {
    const work = inTransaction(onBehalfOfTests(pool), async (transaction) => {
      transaction.client.on('error', () => {});
      const { rows } = await transaction.client.query('select pg_backend_pid() as pid');
      await pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
      await transaction.client.query('select 1');
      return commit(true);
    });
    await expect(work).rejects.toThrow();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

/** A function that waits until it has been called `parties` times; later calls pass. */
function barrier(parties: number): () => Promise<void> {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived >= parties) resolve();
    return promise;
  };
}
