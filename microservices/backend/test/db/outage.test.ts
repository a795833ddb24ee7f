import { describe, expect, it } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { createPool } from '../../src/db/pool.ts';
import { startSilentProxy } from '../../test-support/silent-proxy.ts';
import { createTestApp, type Shopper, storeOf, type TestApp } from '../../test-support/test-app.ts';

/** The default of DB_WAIT_MS plus a margin for a busy machine. */
const SOON_MS = 800 + 700;

/** For a busy machine, which can take longer than DB_WAIT_MS. */
const BUSY = { timeout: 10_000 };

/** The API on the shop's database through another address. */
async function appThrough(shop: TestApp, url: string, waitMs = 800, statementTimeoutMs = 5000) {
  const database = { ...shop.context.config.database, waitMs, statementTimeoutMs };
  const pool = createPool(storeOf(url), database);
  const config = { ...shop.context.config, database };
  const app = await buildApp({ ...shop.context, config, pool });
  return {
    ask: async (path: string) => {
      const began = performance.now();
      const { statusCode, headers } = await app.inject({ method: 'GET', url: path });
      return { status: statusCode, headers, ms: performance.now() - began };
    },
    add: async ({ customerId, token }: Shopper) => {
      const began = performance.now();
      const { statusCode } = await app.inject({
        method: 'POST',
        url: '/api/v1/cart/items',
        headers: { authorization: `Bearer ${token}` },
        payload: { customer_id: customerId, product_id: 'mug', quantity: 1 },
      });
      return { status: statusCode, ms: performance.now() - began };
    },
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await pool.end();
    },
  };
}

describe('a database that silently drops packets', () => {
  it('delays every request, including running ones, by no more than the maximum wait', async () => {
    await using shop = await createTestApp();
    await using proxy = await startSilentProxy(shop.superuserUrl);
    await using api = await appThrough(shop, proxy.through(shop.superuserUrl));
    const askMany = (count: number) =>
      Promise.all(Array.from({ length: count }, () => api.ask('/api/v1/products')));
    const statuses = async () => (await askMany(10)).map(({ status }) => status);
    await expect.poll(statuses, BUSY).toEqual(Array(10).fill(200));

    proxy.fallSilent();
    // The first five use connections that look healthy; the rest waits for one.
    for (const { status, headers, ms } of await askMany(20)) {
      expect([status, headers['retry-after']]).toEqual([503, '1']);
      expect(ms).toBeLessThan(SOON_MS);
    }
    // From here on each request needs a new connection.
    for (const { status, ms } of await askMany(20)) {
      expect(status).toBe(503);
      expect(ms).toBeLessThan(SOON_MS);
    }
    expect((await api.ask('/readyz')).status).toBe(503);
    expect((await api.ask('/livez')).status).toBe(200);

    proxy.recover();
    expect((await api.ask('/readyz')).status).toBe(200);
    await expect.poll(statuses, BUSY).toEqual(Array(10).fill(200));
  });
});

describe('one silent connection to a server that answers', () => {
  it('fails what runs on it in time, and nothing else', async () => {
    const [waitMs, statementTimeoutMs] = [800, 1500];
    await using shop = await createTestApp();
    await shop.addProduct('mug');
    const [stuck, ...others] = await Promise.all(Array.from({ length: 9 }, shop.newShopper));
    await using proxy = await startSilentProxy(shop.superuserUrl);
    const url = proxy.through(shop.superuserUrl);
    await using api = await appThrough(shop, url, waitMs, statementTimeoutMs);
    for (const shopper of [stuck, ...others])
      if (shopper) expect((await api.add(shopper)).status).toBe(200);
    proxy.silenceLastUsed();

    const failing = stuck && api.add(stuck);
    const results = await Promise.all(others.map(api.add));
    expect(results.map(({ status }) => status)).toEqual(others.map(() => 200));
    for (const { ms } of results) expect(ms).toBeLessThan(SOON_MS);
    expect(await failing).toMatchObject({ status: 503 });
    expect((await failing)?.ms).toBeGreaterThan(statementTimeoutMs);
    expect((await failing)?.ms).toBeLessThan(statementTimeoutMs + 2 * waitMs + 700);
    if (stuck) expect((await api.add(stuck)).status).toBe(200);
  });
});

describe('a slow database', () => {
  it('is waited for as long as its server still answers the watchdog', async () => {
    await using shop = await createTestApp();
    await using api = await appThrough(shop, shop.superuserUrl, 1600);
    await shop.addProduct('mug');
    // Every read of the products takes as long as a view that sleeps.
    await shop.sql('alter table products rename to all_products');
    await shop.sql(
      'create view products as select all_products.* from all_products, (select pg_sleep(2.5) offset 0) as slow',
    );
    const { status, ms } = await api.ask('/api/v1/products');
    expect(status).toBe(200);
    expect(ms).toBeGreaterThan(2000);
  });
});
