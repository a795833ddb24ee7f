import pg from 'pg';
import { Type } from 'typebox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineStatement, query } from '../../src/db/statement.ts';
import { createTestDatabase, onBehalfOfTests } from '../../test-support/test-app.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
/** Two, so that the second attempt is on another connection. */
let pool: pg.Pool;
let other: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  other = new pg.Pool({ connectionString: database.url, max: 1 });
  await pool.query('create table notes (text text primary key)');
  await pool.query(`insert into notes values ('row')`);
  // Thousands of savepoints, so that the rollback takes a while.
  await pool.query(`
    create function lock_and_fail() returns integer language plpgsql as $$
    begin
      perform from notes for update;
      for i in 1 .. 3000 loop
        begin
          insert into notes values (i);
        exception when unique_violation then null;
        end;
      end loop;
      raise exception 'no';
    end $$`);
});
afterAll(async () => {
  await Promise.all([pool.end(), other.end()]);
  await database.drop();
});

const lockAndFail = defineStatement({
  name: 'lock-and-fail',
  text: 'select lock_and_fail() as one',
  row: Type.Object({ one: Type.Integer() }),
});
const skipLocked = defineStatement({
  name: 'skip-locked',
  text: `select text from notes where text = 'row' for update skip locked`,
  row: Type.Object({ text: Type.String() }),
});

it('fails when its locks are free, so that a second attempt does not skip them', async () => {
  const found: number[] = [];
  for (let round = 0; round < 30; round += 1) {
    await expect(query(onBehalfOfTests(pool), lockAndFail, [])).rejects.toThrow('no');
    found.push((await query(onBehalfOfTests(other), skipLocked, [])).length);
  }
  expect(found).toEqual(found.map(() => 1));
});
