import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
});
afterAll(() => shop[Symbol.asyncDispose]());

interface Given {
  readonly id: string;
  readonly name: string;
  readonly price: number;
}

async function replaceProducts(products: readonly Given[]): Promise<void> {
  await shop.sql('truncate products cascade');
  await shop.sql(
    `insert into products (product_id, product_name, description, category, price, image_url)
     select id, name, '', 'Things', price, '/images/products/test.svg'
     from jsonb_to_recordset($1::jsonb) as t (id text, name text, price numeric)`,
    [JSON.stringify(products)],
  );
}

async function* pages(query: string, limit: number) {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const url = `/api/v1/products?${query}&limit=${limit}${from}`;
    const { status, body } = await shop.call({ method: 'GET', url });
    expect(status).toBe(200);
    yield body;
    cursor = body.next_cursor;
  }
}

async function readAll(query: string, limit: number): Promise<Record<string, string>[]> {
  const items = [];
  for await (const page of pages(query, limit)) items.push(...page.items);
  return items;
}

describe('the order by name', () => {
  it('is that of a dictionary: letters, accents, case, and numbers by value', async () => {
    const names = [
      ...['Äpfel', 'Apfel', 'apfel', 'Äpfelchen', 'Birne', 'iPhone', 'Ikea', 'Zebra', 'zebra'],
      ...[
        'Mug 2',
        'Mug 10',
        'Mug 1',
        'mug 9',
        'Mug 02',
        'Éclair',
        'Eclair',
        'École',
        '10 Nails',
        '9 Nails',
      ],
    ];
    await replaceProducts(names.map((name, index) => ({ id: `p${index}`, name, price: 1 })));
    const listed = (await readAll('sort=name', 3)).map(({ product_name }) => product_name);
    expect(listed).toEqual([
      ...[
        '9 Nails',
        '10 Nails',
        'apfel',
        'Apfel',
        'Äpfel',
        'Äpfelchen',
        'Birne',
        'Eclair',
        'Éclair',
        'École',
      ],
      ...['Ikea', 'iPhone', 'Mug 1', 'Mug 02', 'Mug 2', 'mug 9', 'Mug 10', 'zebra', 'Zebra'],
    ]);
  });

  it('does not depend on the order of insertion, even for equal names', async () => {
    const products = ['b', 'a', 'B', 'c'].map((id) => ({ id, name: 'Same', price: 1 }));
    await replaceProducts(products);
    const ids = async () => (await readAll('sort=name', 1)).map(({ product_id }) => product_id);
    expect(await ids()).toEqual(['B', 'a', 'b', 'c']);
    await replaceProducts(products.toReversed());
    expect(await ids()).toEqual(['B', 'a', 'b', 'c']);
  });
});

describe('pages', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 255 }),
    fc.constantFrom(
      'Mug 1',
      'mug 1',
      'Mug 01',
      'Müg 1',
      'Mu\u0308g 1',
      '漢'.repeat(255),
      '𝄞'.repeat(255),
    ),
  );
  const characters = (text: string) => [...text].length;
  const catalog = fc.uniqueArray(
    fc.record({
      id: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
      name: name.filter((text) => characters(text) <= 255 && !text.includes('\0')),
      price: fc.constantFrom(1, 2, 3.5),
    }),
    { selector: ({ id }) => id, maxLength: 12 },
  );

  it.each(['name', 'price', '-price'])(
    'by %s have each product once and in order',
    async (sort) => {
      await fc.assert(
        fc.asyncProperty(catalog, fc.integer({ min: 1, max: 5 }), async (products, limit) => {
          await replaceProducts(products.filter(({ id }) => !id.includes('\0')));
          const whole = await readAll(`sort=${sort}`, 100);
          expect(new Set(whole.map(({ product_id }) => product_id)).size).toBe(whole.length);
          expect(whole.length).toBe(products.length);
          expect(await readAll(`sort=${sort}`, limit)).toEqual(whole);
        }),
        { numRuns: 25 },
      );
    },
  );

  it('continue where they were when the last product is renamed or gone', async () => {
    const products = ['A', 'B', 'C', 'D'].map((id) => ({ id, name: `Cup ${id}`, price: 1 }));
    for (const change of [
      "delete from products where product_id = 'B'",
      "update products set product_name = 'Zebra' where product_id = 'B'",
    ]) {
      await replaceProducts(products);
      const [first] = [(await pages('sort=name', 2).next()).value];
      await shop.sql(change);
      const url = `/api/v1/products?sort=name&limit=2&cursor=${first.next_cursor}`;
      const { body } = await shop.call({ method: 'GET', url });
      expect(body.items.map(({ product_id }: { product_id: string }) => product_id)).toEqual([
        'C',
        'D',
      ]);
    }
  });
});
