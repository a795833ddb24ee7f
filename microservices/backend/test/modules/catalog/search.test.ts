import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
});
afterAll(() => shop[Symbol.asyncDispose]());

const search = async (q: string, more = '&limit=100') =>
  (await shop.call({ method: 'GET', url: `/api/v1/products?q=${encodeURIComponent(q)}${more}` }))
    .body;
const find = async (q: string): Promise<string[]> =>
  (await search(q)).items.map((item: { product_name: string }) => item.product_name);

let products = 0;
const addAll = (names: readonly string[], description = '') =>
  shop.sql(
    `insert into products (product_id, product_name, description, category, price, image_url)
     select 'product-' || $2 || '-' || n, name, $3, 'Things', 10, '/images/products/test.svg'
     from unnest($1::text[]) with ordinality as t (name, n)`,
    [names, String(products++), description],
  );

/** A name, and what finds it. */
const FOUND: readonly (readonly [name: string, ...questions: string[]])[] = [
  // Parts and wholes
  [
    'Bluetooth/WiFi Smart Plug',
    'wifi',
    'bluetooth',
    'bluetooth/wifi',
    'BLUETOOTH WIFI',
    'plug smart',
  ],
  [
    'Relay ABC/123',
    '123',
    'ABC/123',
    'abc',
    'abc123',
    'abc-123',
    'abc/12',
    '/123',
    'relay abc/123',
  ],
  ['Kettle 1.5 l', '1.5', '1.5 l', '1.5l', 'kettle 1.5', '1,5'],
  ['Node.js Handbook', 'node.js', 'node', 'nodejs', 'js', 'NODE.JS', 'node js'],
  ['Wi-Fi Router', 'wifi router', 'wi-fi rou', 'WI FI'],
  ["O’Brien's Stout", "o'brien", 'obrien', 'obriens', 'brien', 'O’Brien’s'],
  ['iPhone15 Case', 'iphone 15', '15 case', 'iphone15', 'iphone-15'],
  ['Pins 1,000 pieces', '1000', '1,000', '1.000'],
  ['C++ Primer', 'c++', 'c++ primer', 'C'],
  ['A_B\\C|D Switch', 'a_b', 'b\\c', 'c|d switch'],
  ['foo@bar.example Badge', 'foo', 'bar', 'example', 'foo@bar.example', 'bar.example'],
  ['50% off/on Sign', '50%', '50', 'on', 'off/on'],
  ['(Left) [Right] “Both”', 'left', 'right', 'both', '“both”'],
  // No word is a stop word
  ['Willow', 'Will', 'W', 'willow'],
  ['Just Once', 'Just', 'just once', 'onc'],
  ['The Who', 'the', 'who', 'the who'],
  ['It', 'it'],
  // Forms of English words
  ['Running Shoes', 'run', 'runs', 'shoe', 'shoes'],
  ['Desk Lamp', 'lamps', 'desks'],
  ['Oak Shelf', 'shelves', 'oak shelves'],
  ['Kitchen Knives', 'knife', 'knives'],
  ['Women’s Mittens', 'women', 'womens', "women's", 'woman'],
  ['T-Shirt', 't-shirts', 'tshirts', 't shirt', 'TShirt'],
  ['Salt & Pepper Mill', 'salt and pepper', 'salt & pepper'],
  ['Rock-and-Roll Poster', 'rock-and-roll', 'rock and roll'],
  ['Cast-Iron Dutch Oven 4.5 L', 'dutch oven 4.5l', '4.5l', 'oven/cast', 'dutch/ir'],
  // Case and accents
  ['Crème Brûlée', 'creme brulee', 'CRÈME BRÛLÉE', 'crème', 'Cre\u0300me'],
  ['Huśtawka', 'hustawka', 'HUŚTAWKA'],
  ['Straße', 'strasse', 'STRASSE', 'straße', 'STRAẞE'],
  ['Łódź Ørsted Æther Œuvre Þór Đorđe', 'lodz', 'orsted', 'aether', 'oeuvre', 'thor', 'dorde'],
  ['Ångström', 'angstrom', 'a\u030angstro\u0308m'],
  ['İzmir ısıtıcı', 'izmir', 'IZMIR', 'isitici', 'ISITICI', 'ısıtıcı'],
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς', 'οδυσσευσ', 'Οδυσσεύς'],
  ['Ёлка зелёная', 'елка', 'ЁЛКА', 'зеленая'],
  // Compatibility forms
  ['Ｆｕｌｌ width', 'full', 'ｗｉｄｔｈ'],
  ['ﬁnest ½ ㎏ m²', 'finest', '1/2', 'kg', 'm2'],
  ['Brand™ soft\u00adware zero\u200bwidth', 'brand', 'software', 'zerowidth'],
  ['Frame 10 × 15 cm', '10x15', '10×15', '10 x 15', '10x15cm'],
  // Units and model numbers
  ['Bottle 500ml', '500ml', '500 ml', '500-ml', '500'],
  ['Juice 1,5 l', '1.5l', '1,5 l', '1.5 L', '1,5l'],
  ['Drill A-12/3b', 'a-12/3b', 'A 12 3b', '12/3b', 'a-12'],
  ['Sony WH-1000XM4', 'wh1000xm4', 'WH 1000 XM4', 'wh-1000', '1000xm4', 'xm4', 'wh1000 xm4'],
  ["O'Neill Wetsuit", 'oneill', 'O’Neill', 'o neill', 'neill', 'oʼneill'],
  ['U.S.A. Map', 'usa', 'u.s.a', 'USA map'],
  ['2-in-1 Laptop', '2in1', '2 in 1'],
  // Other scripts
  ['Ελληνικός καφές', 'ΚΑΦΕΣ', 'ελληνικος', 'καφε'],
  ['ﾎﾟｯﾄ ｶﾞﾗｽ', 'ポット', 'ガラス'],
  ['Cà phê sữa đá', 'ca phe sua da', 'CÀ PHÊ'],
  ['ज़मीन हिंदी', 'जमीन', 'हिन्दी'],
  ['Ґудзик', 'гудзик'],
  ['ตั้งโต๊ะ โคมไฟ', 'โคม', 'ไฟ', 'โต๊ะ'],
  ['日本語キーボード', '日本', '本語', '語', 'キーボード', 'ボード', '日本語キーボード'],
  ['绿茶', '茶', '绿茶', '绿'],
  ['키보드 커버', '키보드', '보드', '커버'],
  ['กาน้ำชา', 'ชา', 'กาน้ำ'],
  ['قَهْوَة أَصْلِيّة ١٢', 'قهوة', 'اصليه', '12'],
  ['עִבְרִית', 'עברית'],
  ['हिन्दी पुस्तक', 'हिन्दी', 'पुस्तक', 'पुस्त'],
  ['🫖Teapot', '🫖', 'teapot'],
];

describe('a search', () => {
  beforeAll(() => addAll(FOUND.map(([name]) => name)));

  it.each(FOUND)('finds %s', async (name, ...questions) => {
    for (const question of [name, ...questions])
      expect(await find(question), question).toContain(name);
  });

  it.each([
    ['1.5', 'Pins 1,000 pieces'],
    ['15', 'Kettle 1.5 l'],
    ['c++', 'Crème Brûlée'],
    ['日語', '日本語キーボード'],
    ['wifi lamp', 'Desk Lamp'],
    ['oven/lamp', 'Desk Lamp'],
  ])('by %s does not find %s', async (question, name) => {
    expect(await find(question)).not.toContain(name);
  });

  it.each([
    '',
    ' ',
    '...',
    '& | ! ( ) :* <->',
    "'",
    "''",
    '\\',
    '\u0001\u0002',
    '\u200b',
    '\u0301',
  ])('without a word finds nothing: %j', async (question) => {
    expect(await search(question)).toEqual({ items: [], next_cursor: null, corrected_query: null });
  });

  it.each([...FOUND.map(([name]) => name)])('finds %s by each of its beginnings', async (name) => {
    const letters = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
    for (let typed = 1; typed <= letters.length; typed += 1) {
      const question = letters.slice(0, typed).join('');
      if (/[\p{L}\p{N}]/u.test(question)) expect(await find(question), question).toContain(name);
    }
  });

  it('finds any name by itself, composed or decomposed', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        text.filter((name) => /[\p{L}\p{N}]/u.test(name) && !name.includes('\0')),
        async (name) => {
          await shop.sql("delete from products where product_id = 'any'");
          await shop.sql(
            `insert into products (product_id, product_name, description, category, price, image_url)
           values ('any', $1, '', 'Things', 10, '/images/products/test.svg')`,
            [name],
          );
          for (const question of [name, name.normalize('NFC'), name.normalize('NFD')]) {
            expect(await find(question), question).toContain(name);
          }
        },
      ),
      { numRuns: 30 },
    );
  }, 60_000);

  it('accepts any text of 200 characters', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 100 });
    await fc.assert(
      fc.asyncProperty(
        text.filter((q) => !q.includes('\0')),
        async (question) => {
          expect((await search(question)).items).toBeInstanceOf(Array);
        },
      ),
      { numRuns: 30 },
    );
  }, 60_000);

  it('indexes one long word', async () => {
    const [name, description] = ['x'.repeat(255), 'é'.repeat(4000)];
    await addAll([name], description);
    expect(await find('x'.repeat(200))).toEqual([name]);
    expect(await find('é'.repeat(200))).toEqual([name]);
  });
});

describe('the best matches', () => {
  beforeAll(async () => {
    await addAll(['Zebra Tea', 'Teak Tray', 'Ceylon Tea 2']);
    await addAll(['Pot'], 'Keeps tea warm');
    await addAll(['Cup'], 'Made of teak');
  });
  const TEA = ['Ceylon Tea 2', 'Zebra Tea', 'Teak Tray', 'Cup', 'Pot'];

  it('have the word in the name, then the beginning of a word, then the word in the rest', async () => {
    expect((await find('tea')).filter((name) => TEA.includes(name))).toEqual(TEA);
  });

  it('have another order if one is requested', async () => {
    const names = (await search('tea', '&sort=name')).items.map(
      ({ product_name }: { product_name: string }) => product_name,
    );
    expect(names.filter((name: string) => TEA.includes(name))).toEqual([
      ...['Ceylon Tea 2', 'Cup', 'Pot', 'Teak Tray', 'Zebra Tea'],
    ]);
  });

  it.each(['relevance', 'name', 'price', '-price'])('come in pages by %s', async (sort) => {
    const whole = await search('tea', `&sort=${sort}`);
    const paged: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await search(
        'tea',
        `&sort=${sort}&limit=2&cursor=${cursor}`.replace(/&cursor=$/, ''),
      );
      paged.push(...page.items);
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(whole.items);
  });
});

describe('a typing error', () => {
  beforeAll(() => addAll(['Gooseneck Kettle', 'Headphones', 'Brass Candle', 'Кастрюля', 'Mug']));

  it.each([
    ['kettel', 'kettle'],
    ['ketle', 'kettle'],
    ['kkettle', 'kettle'],
    ['goosneck kettle', 'gooseneck kettle'],
    ['headfones', 'headphones'],
    ['haedphones', 'headphones'],
    ['cnadle', 'candle'],
    ['kandle', 'candle'],
    ['mugg', 'mug'],
    ['кастрюлч', 'кастрюля'],
  ])('in %s is corrected to %s', async (typed, meant) => {
    const body = await search(typed);
    expect(body.corrected_query).toBe(meant);
    expect(body.items.length).toBeGreaterThan(0);
    expect(body.items).toEqual((await search(meant)).items);
  });

  it.each([
    ['PowerBank Charger', 'power bank', 'powerbank'],
    ['JavaScript Handbook', 'java script handbook', 'javascript handbook'],
    ['Jumper Cable', 'jumpercable', 'jumper cable'],
  ])('of a space in a search for %s is corrected: %s', async (name, typed, meant) => {
    await addAll([name]);
    const body = await search(typed);
    expect(body.corrected_query).toBe(meant);
    expect(body.items[0].product_name).toBe(name);
  });

  it.each(['xylophone', 'zzzz', '12345', 'kettle xylophone'])(
    'is not guessed in %s',
    async (typed) => {
      expect(await search(typed)).toEqual({ items: [], next_cursor: null, corrected_query: null });
    },
  );

  it('is corrected on each page', async () => {
    await addAll(['Candle One', 'Candle Two']);
    const page = await search('candel', '&limit=1');
    const next = await search('candel', `&limit=1&cursor=${page.next_cursor}`);
    expect(next.corrected_query).toBe('candle');
    expect(next.items[0].product_id).not.toBe(page.items[0].product_id);
  });
});
