import { expect, test } from 'vitest';
import { runCli } from '../test-support/run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database.ts';

const bucketsOf = async (database: TestDatabase) => {
  const rows = await database.query<{ bucket: number }>('select bucket from buckets order by 1');
  return rows.map(({ bucket }) => bucket);
};
const stocksOf = async (database: TestDatabase) => {
  const rows = await database.query<{ stocks: number[] }>(
    'select json_agg(on_hand order by bucket) as stocks from inventory group by product_id order by product_id',
  );
  return rows.map(({ stocks }) => stocks);
};
const MUG = `
  insert into products (product_id, product_name, description, category, price, image_url)
  values ('mug', 'Mug', '', 'Kitchen', 1, '/m.svg')`;

test('a new database gets the number of buckets that it is given, and keeps it', async () => {
  await using database = await createTestDatabase('empty');
  const first = await runCli(database.url, ['migrate', '--buckets', '16']);
  expect(first).toMatchObject({ exitCode: 0 });
  expect(first.err).toContain('The database now has 16 buckets.\n');
  expect(await bucketsOf(database)).toEqual(Array.from({ length: 16 }, (_, bucket) => bucket));
  expect((await runCli(database.url, ['migrate'])).exitCode).toBe(0);
  const again = await runCli(database.url, ['migrate', '--buckets', '16']);
  expect(again).toMatchObject({ exitCode: 0, err: 'The database has 16 buckets.\n' });
  expect(await bucketsOf(database)).toHaveLength(16);
});

test('stocks of a shop without customers are allotted anew, with the same sum', async () => {
  await using database = await createTestDatabase();
  await database.query(`${MUG}; insert into inventory (product_id, on_hand) values ('mug', 10)`);
  await runCli(database.url, ['migrate', '--buckets', '4']);
  expect(await stocksOf(database)).toEqual([[3, 3, 2, 2]]);
  await runCli(database.url, ['migrate', '--buckets', '3']);
  expect(await stocksOf(database)).toEqual([[4, 3, 3]]);
  await runCli(database.url, ['migrate', '--buckets', '1']);
  expect(await stocksOf(database)).toEqual([[10]]);
});

test.each([
  ['a cart', `insert into carts (customer_id, version) values ('ann', 1)`],
  [
    'a stored response',
    `insert into idempotency_keys (customer_id, key, fingerprint, status, headers, body)
     values ('ann', 'key', repeat('0', 64), 200, '{}', '')`,
  ],
])('with %s another number is refused, and the reason told', async (_what, sql) => {
  await using database = await createTestDatabase();
  await database.query(`${MUG}; insert into inventory (product_id, on_hand) values ('mug', 10)`);
  await database.query(sql);
  const { exitCode, err } = await runCli(database.url, ['migrate', '--buckets', '16']);
  expect(exitCode).toBe(1);
  expect(err).toContain('The database has 1 bucket and customers. Their rows are found by');
  expect(await bucketsOf(database)).toEqual([0]);
  expect(await stocksOf(database)).toEqual([[10]]);
  expect((await runCli(database.url, ['migrate', '--buckets', '1'])).exitCode).toBe(0);
});

test.each(['0', '1025', '1.5', 'x'])('refuses %s buckets as wrong usage', async (number) => {
  await using database = await createTestDatabase('empty');
  expect((await runCli(database.url, ['migrate', '--buckets', number])).exitCode).toBe(2);
  expect(await database.query("select from pg_tables where schemaname = 'public'")).toEqual([]);
});
