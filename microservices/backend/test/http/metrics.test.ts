import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../src/app.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../test-support/test-app.ts';

/** For a busy machine. */
const BUSY = { timeout: 10_000 };

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp({ CURRENCY: 'EUR' });
  await shop.addProduct('mug', { price: '0.10', stock: 6 });
});
afterAll(() => shop[Symbol.asyncDispose]());

/** The samples at /metrics by name and labels. */
async function read(app = shop.app): Promise<ReadonlyMap<string, number>> {
  const { payload: text } = await app.inject({ method: 'GET', url: '/metrics' });
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const [, name = '', value] = /^(.*) (\S+)$/.exec(line) ?? [];
      return [name, Number(value)];
    }),
  );
}

/** How much each of these grows during `work`. */
async function growth(names: readonly string[], work: () => Promise<unknown>): Promise<number[]> {
  const before = await read();
  await work();
  const after = await read();
  return names.map((name) => {
    expect(before.has(name), name).toBe(true);
    return Math.round(((after.get(name) ?? 0) - (before.get(name) ?? 0)) * 1e9) / 1e9;
  });
}

const refused = (code: string) => `carthub_checkouts_refused_total{code="${code}"}`;
const SHOP = [
  'carthub_carts_created_total',
  'carthub_cart_items_added_total',
  'carthub_orders_created_total',
  'carthub_orders_revenue_total{currency="EUR"}',
];

const add = (buyer: Shopper, quantity: number, more = {}) =>
  buyer.call('POST', '/cart/items', {
    customer_id: buyer.customerId,
    product_id: 'mug',
    quantity,
    ...more,
  });
const buy = (buyer: Shopper, changes = {}) =>
  buyer.call('POST', '/cart/checkout', checkoutBody(buyer.customerId, changes));

describe('the shop', () => {
  it('counts carts, units, orders and revenue after their commit', async () => {
    const buyer = await shop.newShopper();
    expect(await growth(SHOP, () => add(buyer, 1))).toEqual([1, 1, 0, 0]);
    expect(await growth(SHOP, () => add(buyer, 2))).toEqual([0, 2, 0, 0]);
    // Floating-point sums such as 0.1 + 0.2 would show here.
    expect(await growth(SHOP, () => buy(buyer))).toEqual([0, 0, 1, 0.3]);
    expect((await read()).get('carthub_orders_revenue_total{currency="EUR"}')).toBe(0.3);
    expect(await growth(SHOP, () => add(buyer, 1))).toEqual([0, 1, 0, 0]);
  });

  it('counts refusals by code and nothing else of them', async () => {
    const buyer = await shop.newShopper();
    const codes = ['cart-empty', 'payment-declined', 'payment-timeout', 'total-changed'];
    const names = [...SHOP, ...codes.map(refused), refused('out-of-stock')];
    const nothing = SHOP.map(() => 0);
    expect(await growth(names, () => add(buyer, 1, { price: 9 }))).toEqual([
      ...nothing,
      0,
      0,
      0,
      0,
      0,
    ]);
    expect(await growth(names, () => buy(buyer))).toEqual([...nothing, 1, 0, 0, 0, 0]);
    await add(buyer, 1);
    const declined = () => buy(buyer, { payment_method: 'pm_test_decline' });
    expect(await growth(names, declined)).toEqual([...nothing, 0, 1, 0, 0, 0]);
    const silent = () => buy(buyer, { payment_method: 'pm_test_timeout' });
    expect(await growth(names, silent)).toEqual([...nothing, 0, 0, 1, 0, 0]);
    const other = () => buy(buyer, { expected_total: 5 });
    expect(await growth(names, other)).toEqual([...nothing, 0, 0, 0, 1, 0]);
    await add(buyer, 9);
    expect(await growth(names, () => buy(buyer))).toEqual([...nothing, 0, 0, 0, 0, 1]);
  });

  it('does not count an order that fails to commit', async () => {
    const buyer = await shop.newShopper();
    await add(buyer, 1);
    await shop.sql('alter table order_items rename to elsewhere');
    expect(await growth(SHOP, () => buy(buyer))).toEqual([0, 0, 0, 0]);
    await shop.sql('alter table elsewhere rename to order_items');
    expect(await growth(SHOP, () => buy(buyer))).toEqual([0, 0, 1, 0.1]);
  });
});

describe('a second replica', () => {
  it('counts only its own work, so that the replicas’ sum is the shop’s', async () => {
    const second = await buildApp(shop.context);
    const buyer = await shop.newShopper();
    const [, , orders = ''] = SHOP;
    const [first] = await growth([orders], async () => {
      await add(buyer, 1);
      const { statusCode } = await second.inject({
        method: 'POST',
        url: '/api/v1/cart/checkout',
        headers: { authorization: `Bearer ${buyer.token}` },
        payload: checkoutBody(buyer.customerId),
      });
      expect(statusCode).toBe(201);
    });
    expect([first, (await read(second)).get(orders)]).toEqual([0, 1]);
    await second.close();
  });
});

describe('requests', () => {
  it('are counted by route template, and unknown paths as one', async () => {
    const count = (labels: string) => `http_request_duration_seconds_count{${labels}}`;
    for (const path of [
      '/a',
      '/b',
      '/api/v1/c',
      '/api/v1/products/none',
      '/api/v1/products/other',
    ]) {
      await shop.call({ method: 'GET', url: path });
    }
    await shop.call({ method: 'PROPFIND' as 'GET', url: '/a' });
    const samples = await read();
    expect(samples.get(count('method="GET",route="unknown",status="404"'))).toBe(3);
    expect(samples.get(count('method="other",route="unknown",status="404"'))).toBe(1);
    expect(
      samples.get(count('method="GET",route="/api/v1/products/:product_id",status="404"')),
    ).toBe(2);
    const routes = [...samples.keys()].flatMap((name) => /route="([^"]*)"/.exec(name)?.[1] ?? []);
    const known = ['/a', '/b', '/api/v1/c', 'none', 'other'];
    expect(routes.filter((route) => known.some((path) => route.endsWith(path)))).toEqual([]);
  });

  it('are in flight until their response ends', async () => {
    const inFlight = async () => (await read()).get('http_requests_in_flight');
    const url = await shop.app.listen({ host: '127.0.0.1', port: 0 });
    expect(await inFlight()).toBe(0);
    const holders = await Promise.all([1, 2, 3, 4, 5].map(() => shop.context.pool.connect()));
    const waiting = [1, 2].map(() => fetch(`${url}/api/v1/products`));
    await expect.poll(inFlight, BUSY).toBe(2);
    const samples = await read();
    expect(samples.get('db_pool_connections')).toBe(5);
    expect(samples.get('db_pool_idle_connections')).toBe(0);
    expect(samples.get('db_pool_max_connections')).toBe(5);
    expect(samples.get('db_pool_waiting_requests')).toBe(2);
    for (const holder of holders) holder.release();
    await Promise.all(waiting);
    await expect.poll(inFlight, BUSY).toBe(0);
  });

  it('record the wait for a connection and the duration of each statement', async () => {
    const names = [
      'db_pool_wait_seconds_count',
      'db_statement_duration_seconds_count{statement="find-products"}',
    ];
    const ask = () => shop.call({ method: 'GET', url: '/api/v1/products/mug' });
    await ask();
    expect(await growth(names, ask)).toEqual([1, 1]);
    expect((await read()).has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  });
});
