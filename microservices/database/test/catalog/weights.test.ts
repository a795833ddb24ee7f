import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../test-support/run-cli.ts';
import { createScratch, type Scratch } from '../../test-support/scratch.ts';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database.ts';

let database: TestDatabase;
let files: Scratch;
beforeAll(async () => {
  database = await createTestDatabase();
  files = await createScratch();
});
afterEach(() => database.query('truncate products cascade'));
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await files[Symbol.asyncDispose]();
});

const HEADER = 'product_id,product_name,description,category,price,stock,image_url';
const row = (id: string, more = '') => `${id},Mug,,Kitchen,12.50,3,/images/${id}.svg${more}`;

async function importRows(header: string, rows: readonly string[], ...options: string[]) {
  const file = await files.write('catalog.csv', `${[header, ...rows].join('\n')}\n`);
  return runCli(database.url, ['import-catalog', file, '--json', ...options]);
}
const weights = async () =>
  Object.fromEntries(
    (
      await database.query<{ id: string; grams: number }>(
        'select product_id as id, weight_grams as grams from products',
      )
    ).map(({ id, grams }) => [id, grams]),
  );

test('imports weights, and counts a product whose weight alone has changed', async () => {
  const header = `${HEADER},Weight grams`;
  await importRows(header, [row('a', ',350'), row('b', ',0'), row('c', ',')]);
  expect(await weights()).toEqual({ a: 350, b: 0, c: 0 });
  const rows = [row('a', ',360'), row('b', ',0'), row('c', ',')];
  const dry = await importRows(header, rows, '--dry-run');
  expect(JSON.parse(dry.out).counts).toMatchObject({ updated: 1, unchanged: 2 });
  expect(JSON.parse((await importRows(header, rows)).out).counts).toMatchObject({ updated: 1 });
  expect(await weights()).toEqual({ a: 360, b: 0, c: 0 });
});

test('keeps the weight of a product of which the file says none', async () => {
  await importRows(`${HEADER},weight_grams`, [row('a', ',350'), row('b', ',40')]);
  const without = await importRows(HEADER, [row('a'), row('b')]);
  expect(JSON.parse(without.out).counts).toMatchObject({ updated: 0, unchanged: 2 });
  await importRows(`${HEADER},weight_grams`, [row('a', ','), row('b', ',0')]);
  expect(await weights()).toEqual({ a: 350, b: 0 });
});

test.each(['1.5', '-1', '2 kg', '1000001'])('refuses the weight %j', async (weight) => {
  const bad = await importRows(`${HEADER},weight_grams`, [row('a', `,${weight}`)]);
  expect(bad.exitCode).toBe(1);
  expect(bad.out).toContain('weight_grams');
  expect(await weights()).toEqual({});
});
