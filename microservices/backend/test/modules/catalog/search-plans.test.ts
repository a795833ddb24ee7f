// The same products in the same order, whichever index finds them.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type ProductPosition,
  positionOf,
  type RankedRow,
  SORTS,
} from '../../../src/modules/catalog/product-order.ts';
import { listProducts } from '../../../src/modules/catalog/product-pages.queries.ts';
import { searchProducts } from '../../../src/modules/catalog/product-search.ts';
import { readSearchWords } from '../../../src/modules/catalog/search-words.queries.ts';
import { createTestApp, onBehalfOfTests, type TestApp } from '../../../test-support/test-app.ts';

const WORDS = ['Mug', 'Mugs', 'mug 2', 'Tea', 'Teak', 'Crème', '1.5 l', '茶'];
const ALL = 1000;

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.sql(
    `insert into products (product_id, product_name, description, category, price, image_url, withdrawn_at)
     select 'product-' || n, words[1 + n * 7 % 8] || ' ' || words[1 + n / 3 % 8],
       words[1 + n / 5 % 8], 'Category ' || n % 3, n % 10, '/images/products/test.svg',
       case when n % 5 = 0 then now() end
     from generate_series(1, 300) as n, (select $1::text[]) as w (words)`,
    [WORDS],
  );
});
afterAll(() => shop[Symbol.asyncDispose]());

it('a search finds the same by each plan, page by page', async () => {
  const database = onBehalfOfTests(shop.context.pool);
  const cases = fc.record({
    question: fc.array(fc.constantFrom(...WORDS, 'm', 'te', '1'), { minLength: 1, maxLength: 2 }),
    sort: fc.constantFrom(...SORTS),
    category: fc.constantFrom(null, 'Category 1', 'None'),
    pageSize: fc.integer({ min: 1, max: 40 }),
    maxSorted: fc.constantFrom(-1, 0, 20, ALL),
    maxWalked: fc.constantFrom(1, 50, ALL, 100 * ALL),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ question, sort, category, pageSize, ...limits }) => {
      const { open, exact } = await readSearchWords(database, question.join(' '));
      if (open === null || exact === null) throw new Error('the question has no word');
      const read = async (limit: number, given: typeof limits) => {
        const rows: RankedRow[] = [];
        for (let after: ProductPosition | null = null; ; ) {
          const filter = { category, after, limit };
          const page = await searchProducts(database, sort, { open, exact }, filter, given);
          rows.push(...page);
          const last = page.at(-1);
          if (page.length < limit || !last) return rows;
          after = positionOf(sort, last);
        }
      };
      const whole = await read(ALL, { maxSorted: ALL, maxWalked: ALL });
      expect(await read(pageSize, limits)).toEqual(whole);
      const ranks = new Map(whole.map(({ product_id, rank }) => [product_id, rank]));
      const rankOf = ({ product_id }: RankedRow) => ranks.get(product_id) ?? -1;
      const listed = await listProducts(database, sort, { category, after: null, limit: ALL });
      const inOrder = listed.filter((row) => rankOf(row) >= 0);
      expect(whole.map(({ product_id }) => product_id)).toEqual(
        inOrder.toSorted((a, b) => rankOf(a) - rankOf(b)).map(({ product_id }) => product_id),
      );
    }),
    { numRuns: 60 },
  );
}, 60_000);
