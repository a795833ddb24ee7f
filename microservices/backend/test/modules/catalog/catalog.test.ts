import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdProducts } from '../../../test-support/hold-products.ts';
import { createTestApp, type TestApp } from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.sql(`
    insert into products (product_id, product_name, description, category, price, image_url)
    select id, name, description, category, price, '/images/products/test.svg'
    from (values
      ('kettle', 'Pour-over Kettle', 'A gooseneck for slow brewing', 'Coffee', 89.90),
      ('mug', 'Stoneware Mug', 'Holds 350 ml of coffee', 'Coffee', 12.05),
      ('lamp', 'Desk Lamp', 'Brass arm, warm light', 'Desk', 120.00),
      ('pen', 'Fountain Pen', 'Running ink for long letters', 'Desk', 12.05),
      ('tent', 'Ridge Tent', 'Sleeps two', 'Outdoor', 240.00)
    ) as t (id, name, description, category, price)`);
  await shop.sql("insert into inventory (product_id, on_hand) values ('kettle', 3)");
});
afterAll(() => shop[Symbol.asyncDispose]());

const get = (path: string) => shop.call({ method: 'GET', url: `/api/v1${path}` });
const ids = async (path: string): Promise<string[]> =>
  (await get(path)).body.items.map((item: { product_id: string }) => item.product_id);

describe('a product', () => {
  it('shares one statement with the products that are requested meanwhile', async () => {
    const statements = async () => {
      const { text } = await shop.call({ method: 'GET', url: '/metrics' });
      return Number(/_count\{statement="find-products"\} (\d+)/.exec(text)?.[1] ?? 0);
    };
    const before = await statements();
    const release = await holdProducts(shop.superuserUrl);
    const asked = ['kettle', 'mug', 'kettle', 'none', 'lamp'].map((id) => get(`/products/${id}`));
    await release();
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 200]);
    expect(answers.map(({ body }) => body.product_id)).toEqual([
      ...['kettle', 'mug', 'kettle', undefined, 'lamp'],
    ]);
    expect((await statements()) - before).toBe(2);
  });

  it('has all fields for a shopper and needs no session', async () => {
    const { status, body } = await get('/products/kettle');
    expect(status).toBe(200);
    expect(body).toEqual({
      product_id: 'kettle',
      product_name: 'Pour-over Kettle',
      description: 'A gooseneck for slow brewing',
      category: 'Coffee',
      price: 89.9,
      currency: 'USD',
      image_url: '/images/products/test.svg',
      available: 3,
      withdrawn: false,
    });
  });

  it('has 0 available without an inventory row', async () => {
    expect((await get('/products/tent')).body.available).toBe(0);
  });

  it('returns 404 if it does not exist', async () => {
    const { status, body } = await get('/products/none');
    expect([status, body.code]).toEqual([404, 'product-not-found']);
  });
});

describe('the list of products', () => {
  it('has the requested order', async () => {
    expect(await ids('/products')).toEqual(['lamp', 'pen', 'kettle', 'tent', 'mug']);
    expect(await ids('/products?sort=price')).toEqual(['mug', 'pen', 'kettle', 'lamp', 'tent']);
    expect(await ids('/products?sort=-price')).toEqual(['tent', 'lamp', 'kettle', 'pen', 'mug']);
  });

  it.each(['name', 'price', '-price'])('pages by %s without gaps or duplicates', async (sort) => {
    for (const limit of [1, 2, 3]) {
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { body } = await get(
          `/products?sort=${sort}&limit=${limit}${cursor && `&cursor=${cursor}`}`,
        );
        expect(body.items.length).toBeLessThanOrEqual(limit);
        seen.push(...body.items.map((item: { product_id: string }) => item.product_id));
        cursor = body.next_cursor;
      }
      expect(seen).toEqual(await ids(`/products?sort=${sort}`));
    }
  });

  it('keeps its position when an earlier product disappears', async () => {
    await shop.addProduct('aaa', { name: 'Aaa' });
    const first = await get('/products?limit=2');
    await shop.sql("delete from products where product_id = 'aaa'");
    expect(await ids(`/products?limit=2&cursor=${first.body.next_cursor}`)).toEqual([
      'pen',
      'kettle',
    ]);
  });

  it('can be filtered by category', async () => {
    expect(await ids('/products?category=Desk')).toEqual(['lamp', 'pen']);
    expect(await ids('/products?category=None')).toEqual([]);
  });

  it('searches name, category and description by word prefix', async () => {
    expect(await ids('/products?q=kett')).toEqual(['kettle']);
    expect(await ids('/products?q=coffee')).toEqual(['kettle', 'mug']);
    expect(await ids('/products?q=letter')).toEqual(['pen']);
    expect(await ids('/products?q=desk%20lamp')).toEqual(['lamp']);
    expect(await ids('/products?q=lamps')).toEqual(['lamp']);
    expect(await ids('/products?q=coffee&category=Desk')).toEqual([]);
  });

  it('accepts any search text and never treats it as SQL', async () => {
    for (const q of ["'", "kettle' or 1=1", '& | ! ( ) :* <->', '\\', '%', '🫖']) {
      const { status } = await get(`/products?q=${encodeURIComponent(q)}`);
      expect(status, q).toBe(200);
    }
    expect(await ids('/products?q=!!!')).toEqual([]);
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'sort=rank', 'cursor=abc', 'page=2'])(
    'rejects %s',
    async (query) => {
      const { status, body } = await get(`/products?${query}`);
      expect([status, body.code]).toEqual([422, 'validation-failed']);
      expect(body.errors[0].pointer).toBe(`/${query.split('=')[0]}`);
    },
  );

  it('rejects a cursor of another sort order', async () => {
    const { body } = await get('/products?sort=price&limit=1');
    expect((await get(`/products?sort=name&cursor=${body.next_cursor}`)).status).toBe(422);
  });
});

it('lists the categories with their counts', async () => {
  expect((await get('/categories')).body.items).toEqual([
    { category: 'Coffee', product_count: 2 },
    { category: 'Desk', product_count: 2 },
    { category: 'Outdoor', product_count: 1 },
  ]);
});
