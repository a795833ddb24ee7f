import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readViolations } from '../../src/backup/contents/invariants.queries.ts';
import { readRules } from '../../src/pricing/read-rules.ts';
import { runCli } from '../../test-support/run-cli.ts';
import { createScratch, type Scratch } from '../../test-support/scratch.ts';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database.ts';

const DEMO = join(import.meta.dirname, '../../catalog/pricing.yaml');
const USD = { currency: 'USD', decimals: 2 };

let database: TestDatabase;
let scratch: Scratch;
beforeAll(async () => {
  scratch = await createScratch();
});
afterAll(() => scratch[Symbol.asyncDispose]());
beforeEach(async () => {
  database = await createTestDatabase();
  return () => database[Symbol.asyncDispose]();
});

const run = (...args: string[]) => runCli(database.url, ['import-pricing', ...args]);
const versions = () => database.query('select version::integer from pricing_rules');
const allotments = async () => {
  const rows = await database.query<{ allotted: number; used: number }>(
    'select allotted, used from promotion_allotments order by promotion_id, bucket',
  );
  return rows.map(({ allotted, used }) => `${used}/${allotted}`);
};
const limited = (limit: number) =>
  scratch.write(
    'limit.yaml',
    `promotions: [{ id: few, name: Few, kind: percentage, percent: 5, limit: ${limit} }]`,
  );

test('imports the rules of the demo shop, and replaces them by the same', async () => {
  const first = await run(DEMO);
  expect(first).toMatchObject({
    exitCode: 0,
    out: 'Imported 8 taxes, 2 delivery options and 2 promotions as version 1.\n',
  });
  expect((await run(DEMO)).out).toContain('as version 2');
  const [counts] = await database.query(
    `select (select count(*)::integer from tax_rules) as taxes,
       (select count(*)::integer from delivery_tiers) as tiers,
       (select count(*)::integer from delivery_places) as places,
       (select count(*)::integer from promotion_codes) as codes,
       (select count(*)::integer from markets where prices_include_tax) as markets`,
  );
  expect(counts).toEqual({ taxes: 8, tiers: 3, places: 2, codes: 2, markets: 3 });
});

test('leaves rules alone with --if-empty, and changes nothing with --dry-run', async () => {
  expect((await run(DEMO, '--dry-run')).out).toContain('Would import 8 taxes');
  expect(await versions()).toEqual([]);
  await run(DEMO, '--if-empty');
  expect((await run(DEMO, '--if-empty')).out).toContain('already has rules');
  expect(await versions()).toEqual([{ version: 1 }]);
});

test('a file with mistakes changes nothing and names all of them by line', async () => {
  const file = await scratch.write(
    'bad.yaml',
    [
      'taxes:',
      '  - { name: VAT, place: Germany, rate: 19 }',
      '  - { name: VAT, place: DE, rate: 19.12345 }',
      'delivery:',
      '  - { id: parcel, name: Parcel, price: 4.955 }',
      '  - { id: parcel, name: Parcel, cost: 1 }',
      'promotions:',
      '  - { id: a, name: A, kind: percentage }',
      '  - { id: b, name: B, kind: free-delivery, delivery_options: [drone] }',
      'tax: []',
    ].join('\n'),
  );
  const { exitCode, err } = await run(file);
  expect(exitCode).toBe(1);
  for (const [line, words] of [
    [2, 'a place is everywhere'],
    [3, 'rate is a percentage'],
    [5, 'price has more than two decimals'],
    [6, '"cost" is unknown'],
    [6, 'give either price or tiers'],
    [6, '"parcel" is there twice'],
    [8, 'percentage needs percent'],
    [9, 'there is no delivery "drone"'],
    [10, '"tax" is unknown'],
  ] as const)
    expect(err).toMatch(new RegExp(`^line ${line}: .*${words}`, 'm'));
  expect(err).toContain('Nothing was imported.');
  expect(await versions()).toEqual([]);
});

test.each([
  ['taxes: [', 1],
  ['{"promotions": [\n  {"id": "a"}\n]}', 2],
  ['taxes: 5', 1],
  ['- a list', 1],
  ['', 1],
])('%j is refused with a line', (text, line) => {
  const result = readRules(text, USD);
  expect(result.ok).toBe(false);
  expect(result.ok ? [] : result.problems[0]?.line).toBe(line);
});

test('amounts have the decimals of the currency', () => {
  const text = 'delivery: [{ id: a, name: A, price: 4.95 }]';
  expect(readRules(text, USD).ok).toBe(true);
  expect(readRules(text, { currency: 'JPY', decimals: 0 })).toMatchObject({
    problems: [{ line: 1, reason: expect.stringContaining('JPY has none') }],
  });
});

test('a limit is divided over the buckets, and a new one counts what was used', async () => {
  await runCli(database.url, ['migrate', '--buckets', '4']);
  await run(await limited(10));
  expect(await allotments()).toEqual(['0/3', '0/3', '0/2', '0/2']);
  await database.query('update promotion_allotments set used = 2 where bucket = 1');
  await run(await limited(8));
  expect(await allotments()).toEqual(['0/2', '2/4', '0/1', '0/1']);
  await run(await limited(1));
  expect(await allotments()).toEqual(['0/0', '2/2', '0/0', '0/0']);
});

test('other buckets get the same limits', async () => {
  await run(await limited(10));
  await runCli(database.url, ['migrate', '--buckets', '3']);
  expect(await allotments()).toEqual(['0/4', '0/3', '0/3']);
});

test('uses without orders violate a rule', async () => {
  await run(await limited(10));
  await database.query('update promotion_allotments set used = 1');
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const violations = await readViolations(client).finally(() => client.end());
  expect(violations).toMatchObject([
    { rule: 'The uses of a promotion are not those of its orders', example: 'few' },
  ]);
});
