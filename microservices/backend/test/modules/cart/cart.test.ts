import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type Shopper, type TestApp } from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('kettle', { price: '89.90', name: 'Kettle' });
  await shop.addProduct('mug', { price: '12.05', name: 'Mug' });
});
afterAll(() => shop[Symbol.asyncDispose]());

const add = (shopper: Shopper, product_id: string, quantity = 1, more: object = {}) =>
  shopper.call('POST', '/cart/items', {
    customer_id: shopper.customerId,
    product_id,
    quantity,
    ...more,
  });

describe('a cart', () => {
  it('is empty and has no row before its first use', async () => {
    const shopper = await shop.newShopper();
    const answer = await shopper.call('GET', `/cart/${shopper.customerId}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      customer_id: shopper.customerId,
      version: 0,
      currency: 'USD',
      items: [],
      total_items: 0,
      subtotal: 0,
      created_at: null,
      updated_at: null,
    });
    const rows = await shop.sql('select from carts where customer_id = $1', [shopper.customerId]);
    expect(rows).toHaveLength(0);
  });

  it('adds to the quantity of a line with the catalog’s name and price', async () => {
    const shopper = await shop.newShopper();
    await add(shopper, 'kettle', 2, { price: 89.9, product_name: 'A name of my own' });
    const { status, body } = await add(shopper, 'kettle', 1);
    expect(status).toBe(200);
    const line = { product_id: 'kettle', product_name: 'Kettle', price: 89.9, quantity: 3 };
    expect(body.items).toMatchObject([{ ...line, subtotal: 269.7 }]);
    expect(body).toMatchObject({ version: 2, total_items: 3, subtotal: 269.7 });
  });

  it('lists products in the order in which they were added', async () => {
    const shopper = await shop.newShopper();
    await add(shopper, 'mug');
    await add(shopper, 'kettle');
    const { body } = await add(shopper, 'mug', 4);
    expect(body.items.map((line: { product_id: string }) => line.product_id)).toEqual([
      'mug',
      'kettle',
    ]);
    expect(body.subtotal).toBe(150.15);
  });

  it('answers every change with the same cart as a later read', async () => {
    const shopper = await shop.newShopper();
    const { customerId } = shopper;
    const read = () => shopper.call('GET', `/cart/${customerId}`);
    const same = async (change: Promise<{ text: string }>) =>
      expect((await change).text).toBe((await read()).text);
    await same(add(shopper, 'mug', 2));
    await same(add(shopper, 'kettle', 1));
    await same(shopper.call('PUT', `/cart/${customerId}/items/mug`, { quantity: 7 }));
    await same(shopper.call('PUT', `/cart/${customerId}/items/mug`, { quantity: 7 }));
    await same(shopper.call('DELETE', `/cart/${customerId}/items/mug`));
    await same(shopper.call('DELETE', `/cart/${customerId}/items/mug`));
    await same(add(shopper, 'mug', 1));
    await same(shopper.call('PUT', `/cart/${customerId}/items/mug`, { quantity: 0 }));
    await same(shopper.call('DELETE', `/cart/${customerId}`));
    await same(shopper.call('DELETE', `/cart/${customerId}`));
    expect((await read()).body).toMatchObject({ items: [], total_items: 0, subtotal: 0 });
  });

  it('increments the version with each change, and not when nothing changes', async () => {
    const shopper = await shop.newShopper();
    const { customerId } = shopper;
    const versions = [
      await add(shopper, 'mug', 2),
      await shopper.call('PUT', `/cart/${customerId}/items/mug`, { quantity: 2 }),
      await shopper.call('DELETE', `/cart/${customerId}/items/kettle`),
      await shopper.call('PUT', `/cart/${customerId}/items/mug`, { quantity: 3 }),
      await shopper.call('DELETE', `/cart/${customerId}`),
      await shopper.call('DELETE', `/cart/${customerId}`),
    ].map(({ body }) => body.version);
    expect(versions).toEqual([1, 1, 1, 2, 3, 3]);
  });

  it('answers 304 to its current entity tag, and 200 to another', async () => {
    const shopper = await shop.newShopper();
    const { headers } = await add(shopper, 'mug');
    const read = (tag: string) =>
      shopper.call('GET', `/cart/${shopper.customerId}`, undefined, { 'if-none-match': tag });
    expect(headers.etag).toBe('"1"');
    const unchanged = await read('"1"');
    expect([unchanged.status, unchanged.text, unchanged.headers.etag]).toEqual([304, '', '"1"']);
    expect((await read('"0"')).status).toBe(200);
    expect((await read('W/"1", "0"')).status).toBe(304);
    expect((await read('*')).status).toBe(304);
  });
});

describe('a refused change', () => {
  it('returns the current price when the customer was shown another', async () => {
    const shopper = await shop.newShopper();
    const { status, body } = await add(shopper, 'kettle', 1, { price: 79.9 });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'price-changed',
      lines: [
        { product_id: 'kettle', product_name: 'Kettle', shown_price: 79.9, current_price: 89.9 },
      ],
    });
    expect((await shopper.call('GET', `/cart/${shopper.customerId}`)).body.items).toEqual([]);
  });

  it('returns 404 for a product or line that does not exist', async () => {
    const shopper = await shop.newShopper();
    expect((await add(shopper, 'no-such-thing')).body.code).toBe('product-not-found');
    const put = await shopper.call('PUT', `/cart/${shopper.customerId}/items/mug`, { quantity: 1 });
    expect([put.status, put.body.code]).toEqual([404, 'line-not-found']);
  });

  it('limits a line to 99', async () => {
    const shopper = await shop.newShopper();
    await add(shopper, 'mug', 98);
    expect((await add(shopper, 'mug', 1)).body.total_items).toBe(99);
    const { status, body } = await add(shopper, 'mug', 1);
    expect([status, body.code, body.line_quantity]).toEqual([409, 'quantity-limit', 99]);
  });

  it('limits a cart to 100 lines, and still adds to an existing line', async () => {
    const shopper = await shop.newShopper();
    await Promise.all(Array.from({ length: 101 }, (_, i) => shop.addProduct(`bulk-${i}`)));
    for (let i = 0; i < 100; i += 1) expect((await add(shopper, `bulk-${i}`)).status).toBe(200);
    expect((await add(shopper, 'bulk-100')).body.code).toBe('line-limit');
    const { body } = await add(shopper, 'bulk-7');
    expect([body.items.length, body.total_items]).toEqual([100, 101]);
  });
});

describe('fifty concurrent changes of one cart', () => {
  it.each([1, 5])('result in exactly fifty (pool of %i)', async (poolMax) => {
    await using busy = await createTestApp({ DB_POOL_MAX: String(poolMax) });
    await busy.addProduct('mug');
    const shopper = await busy.newShopper();
    const answers = await Promise.all(Array.from({ length: 50 }, () => add(shopper, 'mug')));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const quantities = answers.map(({ body }) => body.items[0].quantity).sort((a, b) => a - b);
    expect(quantities).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    const { body } = await shopper.call('GET', `/cart/${shopper.customerId}`);
    expect(body).toMatchObject({ version: 50, total_items: 50 });
  });

  it('lose no line of different products, and every response is a state that existed', async () => {
    await using busy = await createTestApp();
    await Promise.all(Array.from({ length: 50 }, (_, i) => busy.addProduct(`p${i}`)));
    const shopper = await busy.newShopper();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => add(shopper, `p${i}`)));
    for (const { body } of answers) expect(body.items).toHaveLength(body.version);
    const { body } = await shopper.call('GET', `/cart/${shopper.customerId}`);
    expect(body.items).toHaveLength(50);
  });
});
