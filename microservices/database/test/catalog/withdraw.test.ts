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
afterEach(() => database.query('truncate products, carts, outbox cascade'));
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await files[Symbol.asyncDispose]();
});

const HEADER = 'product_id,product_name,description,category,price,stock,image_url';
const row = (id: string, more = '') => `${id},Mug,,Kitchen,12.50,3,/images/${id}.svg${more}`;

async function importRows(header: string, rows: readonly string[], ...options: string[]) {
  const file = await files.write('catalog.csv', `${[header, ...rows].join('\n')}\n`);
  return runCli(database.url, ['import-catalog', file, ...options]);
}
const sold = async () =>
  Object.fromEntries(
    (
      await database.query<{ id: string; sold: boolean }>(
        'select product_id as id, withdrawn_at is null as sold from products',
      )
    ).map(({ id, sold: isSold }) => [id, isSold]),
  );

test('keeps products that the file lacks, unless --withdraw-missing is set', async () => {
  await importRows(HEADER, [row('a'), row('b'), row('c')]);
  await database.query(
    `insert into carts (customer_id, version) values ('bob', 1);
     insert into cart_items (customer_id, product_id, product_name, price, quantity)
     values ('bob', 'b', 'Mug', 12.50, 1)`,
  );
  await importRows(HEADER, [row('a')]);
  expect(await sold()).toEqual({ a: true, b: true, c: true });
  const dry = await importRows(HEADER, [row('a')], '--withdraw-missing', '--dry-run', '--json');
  expect(JSON.parse(dry.out).counts).toMatchObject({ withdrawn: 2, unchanged: 1 });
  expect(await sold()).toEqual({ a: true, b: true, c: true });
  const run = await importRows(HEADER, [row('a')], '--withdraw-missing');
  expect(run.out).toContain('1 unchanged; 0 stocks set; 2 withdrawn.');
  expect(await sold()).toEqual({ a: true, b: false, c: false });
  const again = await importRows(HEADER, [row('a')], '--withdraw-missing', '--json');
  expect(JSON.parse(again.out).counts).toMatchObject({ withdrawn: 0 });
});

test('brings back a withdrawn product that is in a file again', async () => {
  await importRows(HEADER, [row('a'), row('b')]);
  await importRows(HEADER, [row('a')], '--withdraw-missing');
  const dry = await importRows(HEADER, [row('b')], '--dry-run', '--json');
  expect(JSON.parse(dry.out).counts).toMatchObject({ brought_back: 1, updated: 1 });
  const run = await importRows(HEADER, [row('b')]);
  expect(run.out).toContain('1 brought back.');
  expect(await sold()).toEqual({ a: true, b: true });
});

test('the column withdrawn withdraws and brings back', async () => {
  const header = `${HEADER},Withdrawn`;
  const values = ['yes', 'TRUE', '1', 'no', 'false', '0', ''];
  const rows = values.map((value, index) => row(`p${index}`, `,${value}`));
  await importRows(HEADER, [row('p0'), row('p6')]);
  const run = await importRows(header, rows, '--json');
  expect(JSON.parse(run.out).counts).toMatchObject({ inserted: 5, updated: 1, withdrawn: 1 });
  const expected = { p0: false, p1: false, p2: false, p3: true, p4: true, p5: true, p6: true };
  expect(await sold()).toEqual(expected);
  const since = () =>
    database.query('select product_id, withdrawn_at, updated_at from products order by 1');
  const before = await since();
  await importRows(header, rows);
  expect(await since()).toEqual(before);
  await importRows(header, [row('p0', ',')]);
  expect(await sold()).toEqual({ ...expected, p0: true });
  const bad = await importRows(header, [row('p0', ',maybe')]);
  expect(bad.err).toContain('line 2, withdrawn: is neither yes nor no: "maybe"');
});

test('--withdraw-missing never withdraws because of a row that it cannot read', async () => {
  await importRows(HEADER, [row('a'), row('b')]);
  const bad = await importRows(
    HEADER,
    [row('a'), row('b').replace('12.50', 'x')],
    '--withdraw-missing',
  );
  expect(bad.exitCode).toBe(1);
  const both = await importRows(HEADER, [row('a')], '--withdraw-missing', '--allow-partial');
  expect(both.exitCode).toBe(2);
  expect(both.err).toContain("'--withdraw-missing' cannot be used with option '--allow-partial'");
  const empty = await importRows(HEADER, [], '--withdraw-missing');
  expect(empty.err).toContain('The file has a header and no products.');
  expect(await sold()).toEqual({ a: true, b: true });
});

test('adds an event for each withdrawal, also for a second one of the same product', async () => {
  const withdrawn = async () =>
    (
      await database.query<{ id: string }>(
        `select data ->> 'product_id' as id from outbox where type = 'product.withdrawn'
         order by aggregate, sequence`,
      )
    ).map(({ id }) => id);
  await importRows(HEADER, [row('a'), row('b'), row('c')]);
  await importRows(HEADER, [row('a')], '--withdraw-missing', '--dry-run');
  expect(await withdrawn()).toEqual([]);
  await importRows(HEADER, [row('a')], '--withdraw-missing');
  await importRows(HEADER, [row('a')], '--withdraw-missing');
  expect(await withdrawn()).toEqual(['b', 'c']);
  await importRows(HEADER, [row('b')]);
  // A clock that was set back.
  await database.query('update outbox set sequence = sequence + 1000000000000');
  await importRows(`${HEADER},withdrawn`, [
    `${row('a')},yes`,
    `${row('b')},yes`,
    `${row('d')},yes`,
  ]);
  expect(await withdrawn()).toEqual(['a', 'b', 'b', 'c']);
});
