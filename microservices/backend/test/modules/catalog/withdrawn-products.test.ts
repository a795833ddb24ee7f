import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
});
afterAll(() => shop[Symbol.asyncDispose]());

const withdraw = (id: string) =>
  shop.sql('update products set withdrawn_at = now() where product_id = $1', [id]);
const bringBack = (id: string) =>
  shop.sql('update products set withdrawn_at = null where product_id = $1', [id]);
const get = (path: string) => shop.call({ method: 'GET', url: `/api/v1${path}` });
const add = (shopper: Shopper, product_id: string, more: object = {}) =>
  shopper.call('POST', '/cart/items', {
    customer_id: shopper.customerId,
    product_id,
    quantity: 1,
    ...more,
  });
const listed = async (query: string): Promise<string[]> =>
  (await get(`/products?${query}`)).body.items.map(
    ({ product_id }: { product_id: string }) => product_id,
  );

describe('the catalog', () => {
  it('does not list, find or count a withdrawn product', async () => {
    await shop.addProduct('sold-lamp', { name: 'Brass Lamp' });
    await shop.addProduct('old-lamp', { name: 'Brass Lamp' });
    await withdraw('old-lamp');
    const queries = ['', 'sort=price', 'sort=-price', 'q=lamp', 'q=lamp&category=Tests'];
    for (const query of [...queries, 'category=Tests'])
      expect(await listed(query), query).toEqual(['sold-lamp']);
    expect((await get('/categories')).body.items).toEqual([
      { category: 'Tests', product_count: 1 },
    ]);
    await withdraw('sold-lamp');
    expect((await get('/categories')).body.items).toEqual([]);
    expect(await listed('')).toEqual([]);
  });

  it('still answers for its page: withdrawn, and none can be sold', async () => {
    await shop.addProduct('chair', { stock: 7 });
    expect((await get('/products/chair')).body).toMatchObject({ withdrawn: false, available: 7 });
    await withdraw('chair');
    const { status, body } = await get('/products/chair');
    expect(status).toBe(200);
    expect(body).toMatchObject({ product_name: 'chair', withdrawn: true, available: 0 });
    await bringBack('chair');
    expect((await get('/products/chair')).body).toMatchObject({ withdrawn: false, available: 7 });
    expect(await listed('')).toEqual(['chair']);
  });
});

describe('a cart', () => {
  it('refuses an add by name, whether or not the product is cached, until it is sold again', async () => {
    await shop.addProduct('mug', { name: 'Stoneware Mug' });
    await shop.addProduct('uncached', { name: 'Never Added' });
    const shopper = await shop.newShopper();
    expect((await add(shopper, 'mug')).status).toBe(200);
    await withdraw('mug');
    await withdraw('uncached');
    for (const more of [{}, { price: 10 }, { price: 99 }]) {
      const { status, body } = await add(shopper, 'mug', more);
      expect(status).toBe(409);
      expect(body).toMatchObject({
        code: 'product-withdrawn',
        lines: [{ product_id: 'mug', product_name: 'Stoneware Mug' }],
      });
    }
    expect((await add(shopper, 'uncached')).body.code).toBe('product-withdrawn');
    await bringBack('mug');
    expect((await add(shopper, 'mug')).body.total_items).toBe(2);
  });

  it('refuses only that request of a batch', async () => {
    await shop.addProduct('jug');
    await shop.addProduct('bowl');
    const shoppers = await Promise.all(Array.from({ length: 8 }, () => shop.newShopper()));
    await Promise.all(shoppers.map((shopper) => add(shopper, 'jug')));
    await withdraw('jug');
    const answers = await Promise.all(
      shoppers.map((shopper, index) => add(shopper, index % 2 ? 'jug' : 'bowl')),
    );
    expect(answers.map(({ status }) => status)).toEqual(
      shoppers.map((_, n) => (n % 2 ? 409 : 200)),
    );
  });

  it('keeps a line of it, which can be lowered and removed', async () => {
    await shop.addProduct('vase');
    const shopper = await shop.newShopper();
    await add(shopper, 'vase', { quantity: 3 });
    await withdraw('vase');
    const line = `/cart/${shopper.customerId}/items/vase`;
    const accepted = await shopper.call('PATCH', line, { quantity_change: 1, price: 10 });
    expect(accepted.body.code).toBe('product-withdrawn');
    expect((await shopper.call('PATCH', line, { quantity_change: -1 })).body.total_items).toBe(2);
    expect((await shopper.call('GET', `/cart/${shopper.customerId}`)).body.total_items).toBe(2);
    expect((await shopper.call('PUT', line, { quantity: 1 })).body.total_items).toBe(1);
    expect((await shopper.call('DELETE', line)).body.total_items).toBe(0);
  });
});

describe('a quote', () => {
  it('says of each line whether it is no longer sold, and nothing else of such a line', async () => {
    await shop.addProduct('plate', { stock: 1 });
    await shop.addProduct('fork');
    const shopper = await shop.newShopper();
    await add(shopper, 'plate', { quantity: 2 });
    await add(shopper, 'fork');
    await withdraw('plate');
    await shop.sql("update products set price = 11 where product_id = 'plate'");
    const quote = await shopper.call('GET', `/cart/${shopper.customerId}/quote`);
    expect(quote.body.lines).toMatchObject([
      { product_id: 'plate', available: 0, issues: ['product-withdrawn'] },
      { product_id: 'fork', available: 1000, issues: [] },
    ]);
  });
});

describe('a checkout', () => {
  it('names each withdrawn line, before anything else is compared, and orders the rest', async () => {
    await shop.addProduct('cup', { name: 'Tea Cup' });
    await shop.addProduct('pot', { name: 'Tea Pot' });
    await shop.addProduct('tray', { name: 'Tray' });
    const shopper = await shop.newShopper();
    for (const id of ['cup', 'pot', 'tray']) await add(shopper, id);
    await withdraw('cup');
    await withdraw('pot');
    await shop.sql("update products set price = 11 where product_id = 'cup'");
    const body = checkoutBody(shopper.customerId);
    const refused = await shopper.call('POST', '/cart/checkout', body);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: 'product-withdrawn',
      lines: [
        { product_id: 'cup', product_name: 'Tea Cup' },
        { product_id: 'pot', product_name: 'Tea Pot' },
      ],
    });
    const cart = `/cart/${shopper.customerId}`;
    for (const id of ['cup', 'pot']) await shopper.call('DELETE', `${cart}/items/${id}`);
    const order = await shopper.call('POST', '/cart/checkout', body);
    expect(order.status).toBe(201);
    expect(order.body.items).toHaveLength(1);
  });

  it('is ordered if the product is withdrawn during the payment: its units are held', async () => {
    await shop.addProduct('clock');
    const shopper = await shop.newShopper();
    await add(shopper, 'clock');
    const { payments } = shop;
    const authorize = payments.authorize.bind(payments);
    payments.authorize = async (request, signal) => {
      const result = await authorize(request, signal);
      await withdraw('clock');
      return result;
    };
    const body = checkoutBody(shopper.customerId);
    const ordered = await shopper.call('POST', '/cart/checkout', body);
    payments.authorize = authorize;
    expect([ordered.status, ordered.body.items[0].product_id]).toEqual([201, 'clock']);
    expect(await shop.sql('select from inventory where held > 0')).toEqual([]);
  });

  it('is refused without a payment if the product is withdrawn between look and order', async () => {
    await shop.addProduct('ladle');
    const shopper = await shop.newShopper();
    await add(shopper, 'ladle');
    // The process still has the cart, and its price, as they were.
    await withdraw('ladle');
    const { payments } = shop;
    const before = payments.authorized.size;
    const refused = await shopper.call('POST', '/cart/checkout', checkoutBody(shopper.customerId));
    expect(refused.body.code).toBe('product-withdrawn');
    expect(payments.authorized.size).toBe(before);
    const written = 'select from orders where customer_id = $1';
    expect(await shop.sql(written, [shopper.customerId])).toEqual([]);
  });

  it('leaves orders of a product that is withdrawn later as they were', async () => {
    await shop.addProduct('rug', { name: 'Wool Rug' });
    const shopper = await shop.newShopper();
    await add(shopper, 'rug');
    const body = checkoutBody(shopper.customerId);
    const { body: placed } = await shopper.call('POST', '/cart/checkout', body);
    await withdraw('rug');
    expect((await shopper.call('GET', `/orders/${placed.order_id}`)).body).toMatchObject(placed);
  });
});
