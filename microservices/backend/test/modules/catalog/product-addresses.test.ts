import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
});
afterAll(() => shop[Symbol.asyncDispose]());

it.each([
  ...['50%2F50', 'a/b', '100%', '%', '%25', '%2e%2e', '.hidden', 'a.png', 'x.map', 'a b', 'a+b'],
  ...[
    'a?b=c#d',
    'Käse',
    '日本',
    '🛒',
    'a\\b',
    '/a',
    'a/',
    '//',
    "it's",
    '{product_id}',
    '*',
    ':id',
  ],
])('the id %j in an address is decoded once', async (id) => {
  await shop.addProduct(id);
  const shopper = await shop.newShopper();
  const segment = encodeURIComponent(id);
  const product = await shop.call({ method: 'GET', url: `/api/v1/products/${segment}` });
  expect(product.body).toMatchObject({ product_id: id });
  const { customerId: customer_id } = shopper;
  await shopper.call('POST', '/cart/items', { customer_id, product_id: id, quantity: 1 });
  const line = `/cart/${customer_id}/items/${segment}`;
  expect((await shopper.call('PUT', line, { quantity: 3 })).body.total_items).toBe(3);
  expect((await shopper.call('PATCH', line, { quantity_change: -1 })).body.total_items).toBe(2);
  expect((await shopper.call('DELETE', line)).body.total_items).toBe(0);
});
