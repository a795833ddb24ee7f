/** Another session keeps a lock that orders need: only the orders that need it wait, and they get 503. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { holdLock } from '../../../test-support/hold-lock.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  for (const id of ['mug', 'kettle', 'lamp']) await shop.addProduct(id);
});
afterAll(() => shop[Symbol.asyncDispose]());
beforeEach(() => shop.payments.authorized.clear());

/** How long a request may wait for a lock, with a margin for a busy machine. */
const BOUND_MS = 2000 + 3000;
const KEY = { 'idempotency-key': 'the-order' };

async function buyerOf(...products: readonly string[]): Promise<Shopper> {
  const buyer = await shop.newShopper();
  for (const product_id of products) {
    const line = { customer_id: buyer.customerId, product_id, quantity: 1 };
    expect((await buyer.call('POST', '/cart/items', line)).status).toBe(200);
  }
  return buyer;
}

async function checkOut(buyer: Shopper) {
  const began = performance.now();
  const answer = await buyer.call('POST', '/cart/checkout', checkoutBody(buyer.customerId), KEY);
  return { ...answer, ms: performance.now() - began };
}

const NO_CLAIM = `insert into idempotency_keys (bucket, customer_id, key, fingerprint, order_id)
  select bucket, customer_id, 'the-order', repeat('0', 64), gen_random_uuid()
  from carts where customer_id = $1`;
const OF_CUSTOMER: Record<string, string> = {
  cart: 'select 1 from carts where customer_id = $1 for update',
  'Idempotency-Key': NO_CLAIM,
};

it.each(Object.entries(OF_CUSTOMER))(
  'of a customer’s %s: the customer gets 503 without a payment, others order',
  async (_what, sql) => {
    const stuck = await buyerOf('mug');
    const others = await Promise.all([buyerOf('mug'), buyerOf('mug', 'lamp')]);
    await using held = await holdLock(shop.superuserUrl, sql, [stuck.customerId]);
    const refused = [checkOut(stuck)];
    for (const { status } of await Promise.all(others.map(checkOut))) expect(status).toBe(201);
    for (const { status, body, headers, ms } of await Promise.all(refused)) {
      expect([status, body.code]).toEqual([503, 'database-busy']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(ms).toBeLessThan(BOUND_MS);
    }
    expect(shop.payments.authorized.size).toBe(others.length);
    await held.release();
    expect((await checkOut(stuck)).status).toBe(201);
  },
);

it('of a customer’s line: the order waits with its payment, and the same request finishes it', async () => {
  const stuck = await buyerOf('mug');
  const sql = 'select 1 from cart_items where customer_id = $1 for update';
  await using held = await holdLock(shop.superuserUrl, sql, [stuck.customerId]);
  const { status, ms } = await checkOut(stuck);
  expect(status).toBe(503);
  expect(ms).toBeLessThan(BOUND_MS);
  expect(shop.payments.authorized.size).toBe(1);
  await held.release();
  await shop.sql("update orders set created_at = created_at - interval '1 hour'");
  expect((await checkOut(stuck)).status).toBe(201);
  expect(shop.payments.authorized.size).toBe(1);
});

it('of a product’s stock: those who buy it get 503, what else they would buy is sold to others', async () => {
  const cartOf = (n: number) => (n % 2 ? ['lamp', 'kettle'] : ['kettle', 'mug']);
  const stuck = await Promise.all(Array.from({ length: 8 }, (_, n) => buyerOf(...cartOf(n))));
  const others = await Promise.all([buyerOf('lamp'), buyerOf('mug'), buyerOf('lamp', 'mug')]);
  const sql = "select 1 from inventory where product_id = 'kettle' for update";
  await using held = await holdLock(shop.superuserUrl, sql);
  const refused = stuck.map(checkOut);
  for (const { status, ms } of await Promise.all(others.map(checkOut))) {
    expect(status).toBe(201);
    expect(ms).toBeLessThan(2000);
  }
  for (const { status, body, ms } of await Promise.all(refused)) {
    expect([status, body.code]).toEqual([503, 'database-busy']);
    expect(ms).toBeLessThan(BOUND_MS);
  }
  expect(shop.payments.authorized.size).toBe(others.length);
  await held.release();
  for (const { status } of await Promise.all(stuck.map(checkOut))) expect(status).toBe(201);
});

it.each([
  ['products', "select 1 from products where product_id = 'mug' for update"],
  ['earlier orders', 'select 1 from orders for update'],
])('of %s: nobody waits', async (_what, sql) => {
  const buyer = await buyerOf('mug');
  await using _held = await holdLock(shop.superuserUrl, sql);
  expect((await checkOut(buyer)).status).toBe(201);
  expect((await buyer.call('GET', '/orders')).status).toBe(200);
});

it.each([
  ['orders', 'access exclusive'],
  ['inventory', 'access exclusive'],
  ['inventory', 'share'],
  ['idempotency_keys', 'share'],
])(
  'of the table %s in mode %s: orders wait within bounds, nothing else waits',
  async (table, mode) => {
    const buyers = await Promise.all(Array.from({ length: 8 }, () => buyerOf('mug')));
    const other = await shop.newShopper();
    await using held = await holdLock(shop.superuserUrl, `lock table ${table} in ${mode} mode`);
    const refused = buyers.map(checkOut);
    const line = { customer_id: other.customerId, product_id: 'lamp', quantity: 1 };
    for (let round = 0; round < 10; round += 1) {
      expect((await other.call('POST', '/cart/items', line)).status).toBe(200);
      expect((await other.call('GET', `/cart/${other.customerId}`)).status).toBe(200);
    }
    for (const { status, body, ms } of await Promise.all(refused)) {
      expect([status, body.code]).toEqual([503, 'database-busy']);
      expect(ms).toBeLessThan(BOUND_MS);
    }
    expect(shop.payments.authorized.size).toBe(0);
    await held.release();
    const answers = await Promise.all(buyers.map(checkOut));
    expect(answers.map(({ status }) => status)).toEqual(buyers.map(() => 201));
  },
);

it('a migration that waits for a table behind a report leaves no queue', async () => {
  const buyer = await buyerOf('mug');
  const report = await holdLock(shop.superuserUrl, 'select count(*) from products');
  const migration = holdLock(shop.superuserUrl, 'lock table products in access exclusive mode');
  const waits = `select from pg_locks where not granted and mode = 'AccessExclusiveLock'`;
  while ((await shop.sql(waits)).length === 0);
  const waiting = [checkOut(buyer), checkOut(await shop.newShopper())];
  for (const { status, ms } of await Promise.all(waiting)) {
    expect(status).toBe(503);
    expect(ms).toBeLessThan(BOUND_MS);
  }
  await report.release();
  await (await migration).release();
  expect((await checkOut(buyer)).status).toBe(201);
});
