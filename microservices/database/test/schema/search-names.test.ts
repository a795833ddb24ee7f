// Each product is found by its name and by each beginning of its name, whatever its description says.

import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database[Symbol.asyncDispose]();
});

/** The questions, of those given, that do not find this product. */
async function missing(name: string, description: string, questions: readonly string[]) {
  await client.query('delete from products');
  await client.query(
    `insert into products (product_id, product_name, description, category, price, image_url)
     values ('any', $1, $2, 'Things', 10, '/images/products/test.svg')`,
    [name, description],
  );
  const { rows } = await client.query<{ question: string }>(
    `select t.question from unnest($1::text[]) as t (question)
     where not exists (select from products where all_words @@ search_query(t.question, false))`,
    [questions],
  );
  return rows.map(({ question }) => question);
}

const hasWord = (text: string): boolean =>
  /[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{N}]/u.test(text.replaceAll(/[™℠]/g, '').normalize('NFKC'));

/** Those with a word that end with a whole character, such as "é", even if that is a letter and an accent. */
function beginnings(name: string): string[] {
  const points = [...name];
  const whole = name.normalize('NFKC');
  return points
    .map((_, at) => [points.slice(0, at + 1).join(''), points.slice(at + 1).join('')] as const)
    .filter(([start, end]) => start.normalize('NFKC') + end.normalize('NFKC') === whole)
    .map(([start]) => start)
    .filter(hasWord);
}

const LETTERS = [
  ...[
    'abelr',
    'sting',
    'éłøßæśİ',
    'жйёсть',
    'ςσάΣ',
    '日本語漢',
    'ガーボカ',
    '커피머신',
    'กาแฟไทยน้ำ',
  ],
  ...['قهوةأى', 'עברית', 'हिन्दीँंकम', '🫖♥', '½㎏²™', 'ﾎﾟｶﾞ'],
].map((letters) => [...letters]);
const WORDS = [
  ...[
    'Cable',
    'Saucepan',
    'Large',
    'Made',
    'Metals',
    'Warming',
    'wonders',
    'Boots',
    'Knives',
    'C++',
    'C#',
  ],
  ...[
    'Wi-Fi',
    "O'Brien’s",
    'Box/Coffee',
    'A/C',
    '50+',
    'and',
    'the',
    'हिन्दी',
    'मुंबई',
    'ज़मीन',
    '漢字漢字',
    '漢漢漢',
  ],
];
const UNITS = ['l', 'L', 'm', 'in', 'W', 'ml', 'kg', '"', '%', '+', ''];
const SEPARATORS = [' ', ' ', ' ', '/', '-', '.', ',', '+', '#', '&', ' / ', '×', '’', ''];

const word = fc.oneof(
  fc.constantFrom(...WORDS),
  fc
    .constantFrom(...LETTERS)
    .chain((letters) =>
      fc
        .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 6 })
        .map((all) => all.join('')),
    ),
  fc
    .tuple(
      fc.nat(2000),
      fc.constantFrom('.', ',', '/', '-', ''),
      fc.nat(99),
      fc.constantFrom(...UNITS),
    )
    .map((parts) => parts.join('')),
  fc
    .tuple(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
      fc.integer({ min: 1, max: 4 }),
    )
    .map(([text, times]) => text.repeat(times)),
);
const text = (maxLength: number) =>
  fc
    .array(fc.tuple(word, fc.constantFrom(...SEPARATORS)), { minLength: 1, maxLength })
    .map((words) => words.flat().join(''));
/** Pieces of the name, with other ends, and other words. */
const descriptionOf = (name: string) =>
  fc
    .array(
      fc.oneof(
        word,
        fc
          .tuple(fc.nat(name.length), fc.nat(name.length), word)
          .map(([one, other, end]) => name.slice(Math.min(one, other), Math.max(one, other)) + end),
      ),
      { maxLength: 8 },
    )
    .map((words) => words.join(' '));
const product = text(5)
  .filter((name) => hasWord(name) && [...name].length <= 255)
  .chain((name) => fc.tuple(fc.constant(name), descriptionOf(name)))
  .filter((texts) => texts.every((each) => !each.includes('\0') && !/\p{Surrogate}/u.test(each)));

it('finds any product by its name and each beginning of it', async () => {
  await fc.assert(
    fc.asyncProperty(product, async ([name, description]) => {
      expect(await missing(name, description, beginnings(name))).toEqual([]);
    }),
    { numRuns: 200 },
  );
}, 120_000);

it.each([
  ['Copper Saucepan 1.8 L', 'Large enough for six.', 'copper saucepan 1.8L', '1.8l'],
  ['Cable 2.5m', 'Made of metals.'],
  ['Tablet 12.9in', 'It includes incredible things.'],
  ['Lamp 7.5W', 'Warming wonders'],
  ['Kettle 1.5l', 'Large and lovely.'],
  ['커피머신', '머신용 세척제 포함'],
  ['日本の抹茶', '抹茶を点てる'],
  ['电动牙刷', '牙刷头可更换'],
  ['กาแฟไทย', 'ไทยแท้'],
  ['漢字漢字', ''],
  ['漢漢漢', ''],
  ['हिन्दी किताब', '', 'हिन', 'हिंदी', 'हिँदी'],
  ['Vitamin A+E', '', 'a+', 'vitamin a+'],
  ['Cream SPF 50+', 'Plus size', '50+', 'spf 50+'],
  [`${'x'.repeat(70)}-1.5`, ''],
  ['Hiking Leather Boots', '', 'Hiking/Boo', 'boots/hiking', 'HIKING／B'],
])('finds %s (%s)', async (name, description, ...questions) => {
  const all = [name, ...beginnings(name), ...questions];
  expect(await missing(name, description, all)).toEqual([]);
});

it.each([
  ['5 m Cable, 2 Plugs', '2.5 m', '2/5'],
  ['Cable 2 m for Model 5', '5.2', '5/2'],
  ['Conditioner C with Cable A', 'a/c'],
  ['Vitamin C', 'c++', 'c+'],
])('does not find %s by parts that stand apart', async (name, ...questions) => {
  expect(await missing(name, '', questions)).toEqual(questions);
});

it('finds each product of the shop by beginnings of its words, joined by a slash too', async () => {
  const file = new URL('../../catalog/products.csv', import.meta.url);
  const rows: Record<string, string>[] = parse(await readFile(file), { columns: true });
  for (const { product_name: name = '', description = '' } of rows) {
    const words = name.match(/\p{L}+/gu) ?? [];
    const cut = words.flatMap((each) => [each.slice(0, 3), each.slice(0, -1)]);
    const pairs = words
      .filter((each) => each.length > 1)
      .flatMap((each) => cut.filter((end) => end !== '').map((end) => `${each}/${end}`));
    expect(await missing(name, description, [...beginnings(name), ...pairs])).toEqual([]);
  }
}, 120_000);
