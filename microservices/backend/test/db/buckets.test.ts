import { afterAll, beforeAll, expect, it } from 'vitest';
import { bucketOf } from '../../src/db/buckets.ts';
import { createTestApp, type TestApp } from '../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.sql('insert into buckets select generate_series(0, 15) on conflict do nothing');
  await shop.addProduct('mug');
});
afterAll(() => shop[Symbol.asyncDispose]());

const bucketsOf = async (table: string, customerId: string) => {
  const rows = await shop.sql<{ bucket: number }>(
    `select distinct bucket from ${table} where customer_id = $1`,
    [customerId],
  );
  return rows.map(({ bucket }) => bucket);
};

it('a customer’s bucket is the same in every release: the CRC-32 of the id in UTF-8', () => {
  expect(bucketOf('123456789', 1)).toBe(0);
  // 0xcbf43926 is the check value of CRC-32.
  expect(bucketOf('123456789', 0x7fff)).toBe(0xcbf43926 % 0x7fff);
  expect(bucketOf('Zoë 🛒', 16)).toBe(13);
});

it('buckets get about as many customers each', () => {
  const counts = Array<number>(16).fill(0);
  for (let n = 0; n < 16_000; n += 1) {
    const bucket = bucketOf(`guest_${n}`, 16);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(800);
  expect(Math.max(...counts)).toBeLessThan(1200);
});

it('a cart, its lines and its stored responses are in the bucket of their customer', async () => {
  const shoppers = await Promise.all(Array.from({ length: 40 }, () => shop.newShopper()));
  const answers = await Promise.all(
    shoppers.map((shopper, n) =>
      shopper.call(
        'POST',
        '/cart/items',
        { customer_id: shopper.customerId, product_id: 'mug', quantity: 1 },
        { 'idempotency-key': `key-${n}` },
      ),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  for (const { customerId } of shoppers) {
    const own = [bucketOf(customerId, 16)];
    for (const table of ['carts', 'cart_items', 'idempotency_keys'])
      expect(await bucketsOf(table, customerId)).toEqual(own);
  }
  expect(new Set(shoppers.map(({ customerId }) => bucketOf(customerId, 16))).size).toBeGreaterThan(
    8,
  );
  const carts = await Promise.all(
    shoppers.map((shopper) => shopper.call('GET', `/cart/${shopper.customerId}`)),
  );
  expect(carts.map(({ body }) => body.total_items)).toEqual(Array(40).fill(1));
});

it('a guest’s cart merges into a cart of another bucket', async () => {
  const guest = await shop.newShopper();
  let customer = await shop.newShopper();
  while (bucketOf(customer.customerId, 16) === bucketOf(guest.customerId, 16))
    customer = await shop.newShopper();
  const item = { product_id: 'mug', quantity: 2 };
  await guest.call('POST', '/cart/items', { customer_id: guest.customerId, ...item });
  const { status, body } = await customer.call('POST', `/cart/${customer.customerId}/merge`, {
    guest_token: guest.token,
  });
  expect([status, body.total_items]).toEqual([200, 2]);
  expect(await bucketsOf('cart_items', customer.customerId)).toEqual([
    bucketOf(customer.customerId, 16),
  ]);
  expect(await bucketsOf('cart_items', guest.customerId)).toEqual([]);
});

it('responds 503 while the database has no bucket', async () => {
  await using empty = await createTestApp();
  await empty.sql('delete from buckets');
  const shopper = await empty.newShopper();
  const read = () => shopper.call('GET', `/cart/${shopper.customerId}`);
  expect((await read()).body).toMatchObject({ status: 503, code: 'schema-too-old' });
  await empty.sql('insert into buckets values (0)');
  expect((await read()).status).toBe(200);
});
