import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test-support/test-app.ts';

const STABLE = 12;

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
});
afterAll(() => shop[Symbol.asyncDispose]());

/** All have equal names and prices, so that only the id decides. */
const insert = (ids: readonly string[]) =>
  shop.sql(
    `insert into products (product_id, product_name, description, category, price, image_url)
     select id, 'Same Mug', '', 'Things', 10, '/images/products/test.svg'
     from unnest($1::text[]) as t (id)
     on conflict (product_id) do nothing`,
    [ids],
  );

const idOf = (place: number) => `other-${String.fromCharCode(97 + (place % 26))}`;
const CHANGES: Readonly<Record<string, (place: number) => Promise<unknown>>> = {
  insert: (place) => insert([idOf(place)]),
  remove: (place) => shop.sql('delete from products where product_id = $1', [idOf(place)]),
  rename: (place) =>
    shop.sql(`update products set product_name = 'Another Mug', price = 5 where product_id = $1`, [
      idOf(place),
    ]),
  withdraw: (place) =>
    shop.sql('update products set withdrawn_at = now() where product_id = $1', [idOf(place)]),
};

const change = fc.record({
  kind: fc.constantFrom(...Object.keys(CHANGES)),
  place: fc.integer({ min: 0, max: 25 }),
});

it.each(['sort=name', 'sort=price', 'sort=-price', 'q=mug', 'q=mu&sort=name', 'category=Things'])(
  'pages of %s have what stays, once, whatever changes between them',
  async (query) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.array(change, { maxLength: 3 }), { minLength: 30, maxLength: 30 }),
        async (limit, changes) => {
          await shop.sql('truncate products cascade');
          const stable = Array.from({ length: STABLE }, (_, at) => `stable-${at}`);
          await insert([...stable, ...[0, 5, 10, 15, 20].map(idOf)]);
          const seen: string[] = [];
          for (let cursor: string | null = ''; cursor !== null; ) {
            const from: string = cursor && `&cursor=${cursor}`;
            const url = `/api/v1/products?${query}&limit=${limit}${from}`;
            const { status, body } = await shop.call({ method: 'GET', url });
            expect(status).toBe(200);
            for (const { product_id } of body.items) seen.push(product_id);
            cursor = body.next_cursor;
            for (const { kind, place } of changes.pop() ?? []) await CHANGES[kind]?.(place);
          }
          const found = seen.filter((id) => id.startsWith('stable'));
          expect(found.toSorted()).toEqual(stable.toSorted());
        },
      ),
      { numRuns: 8 },
    );
  },
  60_000,
);

it('a cursor with any bit changed is refused or leads to a page', async () => {
  await shop.sql('truncate products cascade');
  await insert(['a', 'b', 'c']);
  for (const query of ['sort=-price', 'q=mug']) {
    const page = await shop.call({ method: 'GET', url: `/api/v1/products?${query}&limit=1` });
    const cursor = Buffer.from(page.body.next_cursor);
    for (let bit = 0; bit < cursor.length * 7; bit += 1) {
      const changed = Buffer.from(cursor);
      const at = Math.floor(bit / 7);
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 7));
      const from = encodeURIComponent(changed.toString());
      const url = `/api/v1/products?${query}&limit=1&cursor=${from}`;
      const { status, body } = await shop.call({ method: 'GET', url });
      expect([200, 422], `${from}: ${JSON.stringify(body)}`).toContain(status);
    }
  }
}, 60_000);
