// A gate: 100,000 products, one request at a time, the times of whole requests without a network.

import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../../test-support/test-app.ts';

const PRODUCTS = 100_000;
const MAX_P95_MS = 20;
const REPEATS = 12;
const PAGES = 8;
const FILTERS = ['', '&sort=name', '&sort=price', '&sort=-price', '&category=Category%207'];

interface Catalog {
  readonly sql: string;
  readonly questions: readonly string[];
}

/** From one match to all products; several words; beginnings; a typing error; nothing; hostile. */
const EVEN: Catalog = {
  // 1 to 5,000 products for each of these words; "quality" is in each description, "x1" … in one name.
  sql: `
    with words as (
      select array['Stoneware', 'Brass', 'Crème', 'Linen', 'Oak', 'Wi-Fi', 'Steel', 'Glass', 'Wool', 'Copper'] as first,
             array['Mug', 'Kettle', 'Lamp', 'Tent', 'Notebook', 'Candle', 'Blanket', 'Router', 'Plate', 'Chair',
                   'Headphones', 'Backpack', 'Bottle', 'Teapot', 'Pen', 'Shelf', 'Basket', 'Cushion', 'Clock',
                   'Handbook'] as second
    )
    insert into products (product_id, product_name, description, category, price, image_url)
    select 'product-' || n,
           first[1 + n % 10] || ' ' || second[1 + n / 10 % 20] || ' x' || n,
           'A thing of good quality for the house, number ' || n % 1000 || ', made in 1.5 hours. ' ||
             first[1 + n / 7 % 10] || ' parts.',
           'Category ' || n % 40, (n % 5000 + 0.99)::numeric, '/images/products/test.svg'
    from words, generate_series(1, ${PRODUCTS}) as n`,
  questions: [
    ...['x777', 'x77', 'kettle', 'brass kettle', 'creme', 'wifi router', 'quality', 'qual', 'a'],
    ...['x', 'mug 1', '1.5', 'stoneware mug x1', 'headfones', 'kettel', 'nothing like this'],
    ...['a b c d e f g h i j k l m n o p', '...'],
  ],
};

/** As in a real shop, few words are in many products and many in few (Zipf's law). 2 of 5 products are withdrawn. */
const ZIPF: Catalog = {
  sql: `
    create function word_rank(product integer, salt bigint) returns integer language sql immutable return
      1 + floor(power(290, (hashint8extended(product, salt) & 1048575) / 1048576.0))::integer;
    with syllables as (
      select array['ka', 'lo', 'mi', 'ser', 'tan', 'vor', 'el', 'di', 'na', 'pro', 'qui', 'ra', 'sto', 'um', 'ber', 'zen'] as s
    ), words as (
      select array_agg(initcap(word) order by hashtext(word)) as by_rank
      from (
        select a || b || case when i * j % 3 = 0 then s[1 + (i + j) % 16] else '' end
        from syllables, unnest(s) with ordinality as x (a, i), unnest(s) with ordinality as y (b, j)
        union all
        select unnest(array['stainless', 'steel', 'cotton', 'wireless', 'bluetooth', 'kettle', 'mug', 'lamp', 'black', 'white',
          'café', 'set', 'large', 'small', 'men’s', 'women’s', 'kids', 'shirt', 't-shirt', 'usb-c', 'cable', 'charger',
          'headphones', 'bottle', '500ml', 'crème', 'brûlée', 'wi-fi', 'router', 'led', 'bag', 'backpack', 'organic', 'tea'])
      ) as w (word)
    )
    insert into products (product_id, product_name, description, category, price, image_url, withdrawn_at)
    select 'item-' || n,
      by_rank[word_rank(n, 1)] || ' ' || by_rank[word_rank(n, 2)] || ' ' || by_rank[word_rank(n, 3)] || ' '
        || chr(65 + n % 26) || chr(65 + n / 26 % 26) || '-' || n % 9000,
      (select string_agg(by_rank[word_rank(n, 3 + k)], ' ') from generate_series(1, 12) as k) || ', ' || n % 300 || ' g',
      'Category ' || word_rank(n, 40) % 40, (n % 5000 + 0.99)::numeric, '/images/products/test.svg',
      case when n % 5 < 2 then now() end
    from words, generate_series(1, ${PRODUCTS}) as n`,
  questions: [
    ...['loka', 'elka', 'protan loka', 'zenum', 'kadi', 'organic', 'cafe', 'mug', 'l', 's', 'st'],
    ...['stopr', 'ka lo', 'ba-1', 'BA-2026', 't-shirt', '500ml', 'kadi m', 'loka zenum kids'],
  ],
};

/** Times of each page of one search, in ms. */
async function timePages(shop: TestApp, question: string, pages: number): Promise<number[]> {
  const times = [];
  for (let cursor: string | null = ''; cursor !== null && times.length < pages; ) {
    const from: string = cursor && `&cursor=${cursor}`;
    const start = performance.now();
    const { status, body } = await shop.call({
      method: 'GET',
      url: `/api/v1/products?q=${question}${from}`,
    });
    times.push(performance.now() - start);
    expect(status).toBe(200);
    cursor = body.next_cursor;
  }
  return times;
}

describe.each(Object.entries({ EVEN, ZIPF }))('in the catalog %s', (_, { sql, questions }) => {
  test(`the 95th percentile of searches in ${PRODUCTS} products is at most ${MAX_P95_MS} ms`, async () => {
    await using shop = await createTestApp();
    await shop.sql(sql);
    await shop.sql('vacuum analyze products, product_words');
    const times: number[] = [];
    const fastest: [string, number][] = [];
    for (const question of questions.map(encodeURIComponent)) {
      for (const filter of FILTERS) {
        const firsts = [];
        for (let repeat = 0; repeat < REPEATS; repeat += 1) {
          const pages = repeat === 0 ? PAGES : 1;
          const [first = Number.NaN, ...later] = await timePages(shop, question + filter, pages);
          firsts.push(first);
          times.push(first, ...later);
        }
        fastest.push([question + filter, Math.min(...firsts)]);
      }
    }
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    const worst = fastest.sort(([, a], [, b]) => b - a).slice(0, 8);
    console.log(`p50 ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms`, worst);
    expect(at(0.95)).toBeLessThan(MAX_P95_MS);
  }, 600_000);
});
