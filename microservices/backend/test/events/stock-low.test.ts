import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkoutBody, createTestApp, type TestApp } from '../../test-support/test-app.ts';
import { startWorker } from '../../test-support/test-worker.ts';
import { toAppUrl } from '../../test-support/unpaid-orders.ts';
import { waitUntil } from '../../test-support/wait-until.ts';

let shop: TestApp;
beforeEach(async () => {
  shop = await createTestApp();
});
afterEach(() => shop[Symbol.asyncDispose]());

interface Low {
  readonly aggregate: string;
  readonly sequence: string;
  readonly data: object;
}

const lows = () =>
  shop.sql<Low & Record<string, unknown>>(
    `select aggregate, sequence, data from outbox where type = 'stock.low' order by sequence`,
  );
const lowsBecome = (count: number) =>
  waitUntil(async () => (await lows()).length === count, `${count} events`);
const isNoted = async () => (await shop.sql('select from low_stock')).length > 0;
const worker = () => startWorker(toAppUrl(shop), { STOCK_LOW_AT: '3' });

async function order(product_id: string, quantity: number) {
  const buyer = await shop.newShopper();
  const { customerId: customer_id } = buyer;
  await buyer.call('POST', '/cart/items', { customer_id, product_id, quantity });
  const { status } = await buyer.call('POST', '/cart/checkout', checkoutBody(customer_id));
  expect(status).toBe(201);
}

it('tells of a product of which few units are left, and again after there were more', {
  timeout: 60_000,
}, async () => {
  await shop.addProduct('few', { stock: 2 });
  await shop.addProduct('mug', { stock: 6 });
  await using _worker = await worker();
  await order('mug', 2);
  await order('mug', 1);
  await lowsBecome(1);
  await order('mug', 1);
  await shop.setStock(5, 'mug');
  await waitUntil(async () => !(await isNoted()), 'the refill to be seen');
  // A clock that was set back.
  await shop.sql(`update outbox set sequence = 9e15::bigint where type = 'stock.low'`);
  await order('mug', 5);
  await lowsBecome(2);
  expect(
    (await lows()).map(({ aggregate, sequence, data }) => [aggregate, sequence, data]),
  ).toEqual([
    ['stock/mug', '9000000000000000', { product_id: 'mug', available: 3, threshold: 3 }],
    ['stock/mug', '9000000000000001', { product_id: 'mug', available: 0, threshold: 3 }],
  ]);
});

it('is added once by several workers', { timeout: 60_000 }, async () => {
  const products = Array.from({ length: 20 }, (_, index) => `mug-${index}`);
  for (const product of products) await shop.addProduct(product, { stock: 4 });
  await shop.sql('update inventory set sold = 1');
  const workers = await Promise.all([worker(), worker(), worker()]);
  await shop.setStock(3);
  await lowsBecome(products.length).finally(() =>
    Promise.all(workers.map((each) => each[Symbol.asyncDispose]())),
  );
  expect(new Set((await lows()).map(({ aggregate }) => aggregate)).size).toBe(products.length);
});
