import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../test-support/run-cli.ts';
import { createScratch, type Scratch } from '../../test-support/scratch.ts';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database.ts';

let database: TestDatabase;
let files: Scratch;
beforeAll(async () => {
  database = await createTestDatabase();
  files = await createScratch();
  await database.query('insert into buckets values (1), (2), (3)');
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await files[Symbol.asyncDispose]();
});

async function importStocks(stocks: Readonly<Record<string, number>>, ...options: string[]) {
  const rows = Object.entries(stocks).map(([id, stock]) => `${id},Mug,,Kitchen,1,${stock},/m.svg`);
  const header = 'product_id,product_name,description,category,price,stock,image_url';
  const file = await files.write('catalog.csv', `${[header, ...rows].join('\n')}\n`);
  const { out } = await runCli(database.url, ['import-catalog', file, '--json', ...options]);
  return JSON.parse(out).counts.stock_changed;
}
const stocks = async () => {
  const rows = await database.query<{ product_id: string; stocks: number[] }>(
    `select product_id, json_agg(on_hand order by bucket) as stocks from inventory
     group by product_id order by product_id`,
  );
  return Object.fromEntries(rows.map((row) => [row.product_id, row.stocks]));
};

test('divides a stock evenly, and keeps the division of a stock that the file does not change', async () => {
  expect(await importStocks({ a: 10, b: 4, c: 1 })).toBe(3);
  expect(await stocks()).toEqual({ a: [3, 3, 2, 2], b: [1, 1, 1, 1], c: [1, 0, 0, 0] });
  await database.query(`
    update inventory set on_hand = case bucket when 3 then 4 else 0 end where product_id = 'b'`);
  const next = { a: 5, b: 4, c: 1, d: 2 };
  expect(await importStocks(next, '--dry-run')).toBe(2);
  expect(await importStocks(next)).toBe(2);
  expect(await stocks()).toEqual({
    a: [2, 1, 1, 1],
    b: [0, 0, 0, 4],
    c: [1, 0, 0, 0],
    d: [1, 1, 0, 0],
  });
});

test('keeps the units of orders that wait for their payment, in their buckets', async () => {
  await importStocks({ a: 8 });
  await database.query("update inventory set held = 2 where product_id = 'a' and bucket in (1, 3)");
  await importStocks({ a: 12 });
  expect(await stocks()).toMatchObject({ a: [2, 4, 2, 4] });
  await importStocks({ a: 5 });
  expect(await stocks()).toMatchObject({ a: [1, 2, 0, 2] });
  // Fewer than the shop has promised: nothing is free.
  await importStocks({ a: 3 });
  expect(await stocks()).toMatchObject({ a: [0, 2, 0, 2] });
});
