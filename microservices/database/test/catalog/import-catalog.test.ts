import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../test-support/run-cli.ts';
import { createScratch, type Scratch } from '../../test-support/scratch.ts';
import { spawnCli } from '../../test-support/spawn-cli.ts';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database.ts';
import { waitUntil } from '../../test-support/wait-until.ts';

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
const row = (id: string, price = '12.50', stock = '3') =>
  `${id},Mug,A mug.,Kitchen,${price},${stock},/images/products/${id}.svg`;

async function importRows(rows: readonly string[], ...options: string[]) {
  const file = await files.write('catalog.csv', `${[HEADER, ...rows].join('\n')}\n`);
  return runCli(database.url, ['import-catalog', file, ...options]);
}
const shop = () =>
  database.query<{ id: string; price: string; stock: number }>(
    `select product_id as id, price, on_hand as stock
     from products join inventory using (product_id) order by 1`,
  );

test('imports products and stock, and updates only what changed', async () => {
  const first = await importRows([row('a'), row('b')]);
  expect(first.exitCode).toBe(0);
  expect(first.out).toMatch(/Imported 2 products in .* 2 new, 0 changed, 0 unchanged; 2 stocks/);
  const second = await importRows([row('a'), row('b', '13.00', '9'), row('c')], '--json');
  expect(JSON.parse(second.out)).toMatchObject({
    ok: true,
    counts: { rows: 3, inserted: 1, updated: 1, unchanged: 1, stock_changed: 2 },
  });
  expect(await shop()).toEqual([
    { id: 'a', price: '12.50', stock: 3 },
    { id: 'b', price: '13.00', stock: 9 },
    { id: 'c', price: '12.50', stock: 3 },
  ]);
});

test('accepts any order of columns, a byte order mark, CRLF, blank lines and all characters', async () => {
  const description = 'Tab\t, back\\slash, "quoted",\r\nnewline, 🛒 and \\N';
  const file = await files.write(
    'odd.csv',
    '\uFEFFstock,image_url,price,category,description,product_name,product_id\r\n\r\n' +
      `3,/a.svg,5,Kitchen,"${description.replaceAll('"', '""')}",Ünï,a\r\n`,
  );
  expect(await runCli(database.url, ['import-catalog', file])).toMatchObject({ exitCode: 0 });
  const products = await database.query('select product_name, description, price from products');
  expect(products).toEqual([
    { product_name: 'Ünï', description: description.replaceAll('\r\n', '\n'), price: '5.00' },
  ]);
});

test.each([
  ['a,Mug,,Kitchen,12.50,3', 'line 3: has 6 fields instead of 7'],
  ['a,Mug,,Kitchen,12,50,3,/a.svg', 'put a field that contains the delimiter in quotes'],
  [row('a', '"12,50"'), 'line 3, price: has a comma: write "12,50" with a point'],
  [row('..'), 'line 3, product_id: is "..", which no web address can contain'],
  [row('a\x07'), 'line 3, product_id: contains a control character'],
  [row('\uFFFD'), 'line 3, product_id: contains the character U+FFFD, which stands for lost text'],
  ['a,Mug,,Kitchen,12.50,3,/a.svg,more', 'line 3: has 8 fields instead of 7'],
  [row('a', 'cheap'), 'line 3, price: is not a number like 12.50: "cheap"'],
  [row('a', '1e3'), 'line 3, price: is not a number'],
  [row('a', '1.999'), 'line 3, price: has more than two decimals'],
  [row('a', '-1'), 'line 3, price: is negative'],
  [row('a', '100000000'), 'line 3, price: is too large'],
  [row('a', '1', '-1'), 'line 3, stock: is not a whole number of 0 or more'],
  [row('a', '1', '1.5'), 'line 3, stock: is not a whole number'],
  [row('a', '1', '2147483648'), 'line 3, stock: is too large'],
  [row(''), 'line 3, product_id: is empty'],
  [row('x'.repeat(256)), 'line 3, product_id: is too long: 256 characters, at most 255 fit'],
  [row(' a'), 'line 3, product_id: begins or ends with white space'],
  [row('\0'), 'line 3, product_id: contains a NUL character'],
  [row('good'), 'line 3, product_id: "good" is already on line 2'],
  ['a,12" ruler,,Desk,1,1,/a.svg', 'line 3, product_name: has a quote inside a field'],
  [`a,Mug,${'x'.repeat(4001)},Kitchen,1,1,/a.svg`, 'line 3, description: is too long'],
])('refuses the row %s', async (bad, problem) => {
  const run = await importRows([row('good'), bad, row('last')]);
  expect(run.err).toContain(problem);
  expect(run.err).toContain('1 bad row.\nNothing was imported.');
  expect(run.exitCode).toBe(1);
  expect(await shop()).toEqual([]);

  const partial = await importRows([row('good'), bad, row('last')], '--allow-partial');
  expect(partial.exitCode).toBe(0);
  expect((await shop()).map(({ id }) => id)).toEqual(['good', 'last']);
});

test('reports the line of a row after fields with line breaks, and all its bad fields', async () => {
  const long = 'a,Mug,"One\n\nTwo",Kitchen,1,1,/a.svg';
  const run = await importRows([long, row('b', 'x', 'y'), long.replace('a,', ','), row('c')]);
  expect(run.err.split('\n').slice(0, 3)).toEqual([
    'line 5, price: is not a number like 12.50: "x"',
    'line 5, stock: is not a whole number of 0 or more: "y"',
    'line 6, product_id: is empty',
  ]);
  expect(run.err).toContain('2 bad rows.');
});

test('refuses bytes that are not UTF-8', async () => {
  const rows = Buffer.from(`${HEADER}\n${row('a').replace('Mug', 'M\xFCg')}\n`, 'latin1');
  const file = await files.write('latin1.csv', rows);
  const { exitCode, err } = await runCli(database.url, ['import-catalog', file]);
  expect(exitCode).toBe(1);
  expect(err).toContain('line 2, product_name: is not valid UTF-8');
});

test('stops reading after an unclosed quote', async () => {
  const rows = [row('a'), 'b,Mug,"Never closed,Kitchen,1,1,/b.svg', row('c'), row('d')];
  const run = await importRows(rows, '--allow-partial');
  expect(run.err).toContain(
    'line 3, description: has a quote that is not closed where the field ends; the rest',
  );
  expect((await shop()).map(({ id }) => id)).toEqual(['a']);
  const closed = await importRows([row('a'), 'b,"Mug"s,,Kitchen,1,1,/b.svg', row('c'), row('d')]);
  expect(closed.err).toContain(
    'line 3, product_name: has a quote that is not closed where the field ends',
  );
  const endless = await importRows([row('a'), `b,"${'x\n'.repeat(100_000)}`, row('c')]);
  expect(endless.err).toContain(
    'line 3, product_name: has a quote that is not closed where the field ends',
  );
});

test('prints the first 50 bad rows and counts them all', async () => {
  const rows = Array.from({ length: 1200 }, (_, index) => row(`id-${index}`, 'x'));
  const run = await importRows(rows);
  expect(run.err.split('\n').filter((line) => line.startsWith('line '))).toHaveLength(50);
  expect(run.err).toContain('1,200 bad rows (the first problems are shown).');
});

test.each([
  [HEADER.replace(',price', ''), 'The column "price" is missing.'],
  [`${HEADER},color`, 'The column "color" is unknown'],
  [`${HEADER},price`, 'The column "price" occurs twice.'],
  [HEADER.replace('price', 'Prize'), 'The column "Prize" is unknown: remove it.'],
  [
    HEADER.replace('product_name', 'Name'),
    'The column "Name" is unknown: if it is "product_name", name it so; else remove it.',
  ],
  ['', 'The file is empty'],
  ['\uFEFF \r\n\r\n', 'The file is empty'],
  [HEADER, 'The file has a header and no products.'],
])('refuses the header "%s"', async (header, problem) => {
  const file = await files.write('header.csv', header);
  const run = await runCli(database.url, ['import-catalog', file, '--allow-partial']);
  expect(run.exitCode).toBe(1);
  expect(run.err).toContain(problem);
});

test('finds a duplicate thousands of rows later', async () => {
  const rows = Array.from({ length: 12_000 }, (_, index) => row(`id-${index}`));
  rows.push(row('id-7', '99.00', '99'));
  const refused = await importRows(rows);
  expect(refused.err).toContain(
    'line 12002, product_id: "id-7" is already on line 9\n' +
      '1 bad row.\nNothing was imported. --allow-partial imports the good rows.\n',
  );
  expect(await shop()).toEqual([]);
  const partial = await importRows(rows, '--allow-partial', '--json');
  expect(JSON.parse(partial.out)).toMatchObject({
    counts: { rows: 12_000, inserted: 12_000, updated: 0, unchanged: 0, stock_changed: 12_000 },
    bad: { total: 1 },
  });
  expect(await shop()).toContainEqual({ id: 'id-7', price: '12.50', stock: 3 });
});

test('--dry-run counts what the import would change, and changes nothing', async () => {
  await importRows([row('a'), row('b'), row('c', '1.00', '1')]);
  const before = await shop();
  const next = [row('a'), row('b', '13.00', '9'), row('c', '1.00', '2'), row('d')];
  const dry = await importRows(next, '--dry-run');
  expect(dry.out).toMatch(/Would import 4 products .* 1 new, 1 changed, 2 unchanged; 3 stocks/);
  expect(await shop()).toEqual(before);
  const bad = await importRows([...next, row('e', 'x')], '--dry-run');
  expect(bad).toMatchObject({ exitCode: 1 });
  const { counts } = JSON.parse((await importRows(next, '--dry-run', '--json')).out);
  expect(JSON.parse((await importRows(next, '--json')).out).counts).toEqual(counts);
});

test('runs two imports one after the other, and the shop waits for neither', async () => {
  await importRows([row('a'), row('b')]);
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('begin; lock table products in share row exclusive mode');
  const second = importRows([row('a', '2.00', '2'), row('c')], '--json');
  const waits = () =>
    database
      .query(`select from pg_locks where relation = 'products'::regclass and not granted`)
      .then((rows) => rows.length > 0);
  await waitUntil('the second import waits', waits);
  await database.query(
    `insert into carts (customer_id, version) values ('bob', 1);
     insert into cart_items values ('bob', 'b', 'Mug', 12.50, 1);
     update inventory set on_hand = on_hand - 1 where product_id = 'b'`,
  );
  await holder.query('commit');
  await holder.end();
  expect(JSON.parse((await second).out)).toMatchObject({ counts: { inserted: 1, updated: 1 } });
});

test('reports a missing file', async () => {
  const args = ['import-catalog', `${files.path}/absent.csv`];
  const { exitCode, err } = await runCli(database.url, args);
  expect(exitCode).toBe(1);
  expect(err).toContain('There is no readable file at');
  const json = await runCli(database.url, [...args, '--json']);
  expect(JSON.parse(json.out)).toMatchObject({ ok: false });
});

test('--if-empty does not change the stock of a running shop', async () => {
  await importRows([row('a')], '--if-empty');
  await database.query('update inventory set on_hand = 1');
  const run = await importRows([row('a')], '--if-empty');
  expect(run).toMatchObject({ exitCode: 0 });
  expect(await shop()).toEqual([{ id: 'a', price: '12.50', stock: 1 }]);
});

test('says to migrate a database without tables first', async () => {
  await using empty = await createTestDatabase('empty');
  const file = await files.write('catalog.csv', `${HEADER}\n${row('a')}\n`);
  const { exitCode, err } = await runCli(empty.url, ['import-catalog', file]);
  expect(exitCode).toBe(1);
  expect(err).toContain('Run "carthub-db migrate" first');
});

test('leaves the old catalog complete when it is killed', async () => {
  await importRows([row('a'), row('b')]);
  const before = await shop();
  const holder = database
    .query("begin; select from products where product_id = 'b' for update; select pg_sleep(60)")
    .catch(() => undefined);
  const active = (query: string, wait: string) =>
    database
      .query(`select from pg_stat_activity where query like '${query}' and wait_event = '${wait}'`)
      .then((rows) => rows.length > 0);
  await waitUntil('a product is locked', () => active('%pg_sleep(60)', 'PgSleep'));
  const rows = [row('a', '99', '99'), row('b', '99', '99'), row('c')];
  const file = await files.write('killed.csv', `${[HEADER, ...rows].join('\n')}\n`);
  const { child, finished } = spawnCli(database.url, ['import-catalog', file]);
  await waitUntil('the import is in its middle', () =>
    active('%update public.products%', 'transactionid'),
  );
  child.kill('SIGKILL');
  await finished;
  await database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where query like '%pg_sleep(60)' and pid <> pg_backend_pid()`,
  );
  await holder;
  const importing = () =>
    database
      .query(`select from pg_stat_activity where application_name = 'carthub-db'
              and datname = current_database()`)
      .then((sessions) => sessions.length > 0);
  await waitUntil('the server noticed', async () => !(await importing()));
  expect(await shop()).toEqual(before);
});

test('shows rows, rate and share on a terminal', async () => {
  const rows = Array.from({ length: 40_000 }, (_, index) => row(`id-${index}`));
  const file = await files.write('many.csv', `${[HEADER, ...rows].join('\n')}\n`);
  const run = await runCli(database.url, ['import-catalog', file], { isInteractive: true });
  expect(run.err).toMatch(/Wrote [\d,]+ rows \(\d+ %\), [\d,]+ rows\/s/);
  expect(run.err.endsWith('\r\x1b[K')).toBe(true);
});
