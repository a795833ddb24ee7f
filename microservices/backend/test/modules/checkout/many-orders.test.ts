import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkoutBody, createTestApp, type TestApp } from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeEach(async () => {
  shop = await createTestApp();
});
afterEach(() => shop[Symbol.asyncDispose]());

it('stock is never oversold: thirty buyers of ten units create ten orders', async () => {
  await shop.addProduct('rare', { stock: 10 });
  const buyers = await Promise.all(Array.from({ length: 30 }, () => shop.newShopper()));
  const answers = await Promise.all(
    buyers.map(async (buyer) => {
      const { customerId: customer_id } = buyer;
      await buyer.call('POST', '/cart/items', { customer_id, product_id: 'rare', quantity: 1 });
      return buyer.call('POST', '/cart/checkout', checkoutBody(customer_id));
    }),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
  const refused = answers.filter(({ status }) => status !== 201);
  for (const { status, body } of refused) {
    expect([status, body.code, body.lines[0].available]).toEqual([409, 'out-of-stock', 0]);
  }
  expect((await shop.stock()).rare).toBe(0);
  expect(await shop.sql('select from orders')).toHaveLength(10);
  expect(shop.payments.authorized.size).toBe(10);
});

it('orders do not deadlock when the same products are bought in opposite order', async () => {
  for (const id of ['kettle', 'mug']) await shop.addProduct(id);
  const buyers = await Promise.all(Array.from({ length: 20 }, () => shop.newShopper()));
  const statuses = await Promise.all(
    buyers.map(async (buyer, index) => {
      const { customerId: customer_id } = buyer;
      const products = index % 2 ? ['kettle', 'mug'] : ['mug', 'kettle'];
      for (const product_id of products) {
        await buyer.call('POST', '/cart/items', { customer_id, product_id, quantity: 3 });
      }
      return (await buyer.call('POST', '/cart/checkout', checkoutBody(customer_id))).status;
    }),
  );
  expect(statuses).toEqual(Array(20).fill(201));
  expect(await shop.stock()).toEqual({ kettle: 940, mug: 940 });
});
