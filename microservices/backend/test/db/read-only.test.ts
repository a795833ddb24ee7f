import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type PostgresServer,
  startTemporaryPostgres,
} from '../../test-support/embedded-postgres.ts';
import { createTestApp, type Shopper, type TestApp } from '../../test-support/test-app.ts';
import { runSql } from '../../test-support/test-server.ts';

let server: PostgresServer;
let superuser: pg.Client;
let shop: TestApp;
let shopper: Shopper;
beforeAll(async () => {
  server = await startTemporaryPostgres();
  await runSql(
    server.url(),
    await readFile(new URL('../../contracts/schema.sql', import.meta.url), 'utf8'),
  );
  superuser = new pg.Client({ connectionString: server.url() });
  await superuser.connect();
  await superuser.query(`
    insert into products (product_id, product_name, description, category, price, image_url)
    values ('mug', 'Mug', '', 'Tests', 22, '/images/products/test.svg');
    insert into inventory (product_id, on_hand) values ('mug', 9)`);
  const url = `${server.url()}?options=${encodeURIComponent('-c role=carthub_app')}`;
  shop = await createTestApp({ DATABASE_URL: url });
  shopper = await shop.newShopper();
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  await superuser.end();
  await server.stop();
});

/** As an operator demotes a primary, or a provider reacts to a full disk. */
async function setReadOnly(value: 'on' | 'off') {
  await superuser.query(`set default_transaction_read_only = off`);
  await superuser.query(`alter system set default_transaction_read_only = ${value}`);
  await superuser.query('select pg_reload_conf()');
}

const add = () =>
  shopper.call('POST', '/cart/items', {
    customer_id: shopper.customerId,
    product_id: 'mug',
    quantity: 1,
  });
const get = (url: string) => shop.call({ method: 'GET', url });
const sessions = async () =>
  (
    await superuser.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'carthub-backend' order by pid",
    )
  ).rows.map(({ pid }) => pid);

it('while the database is read-only, changes get 503, the instance is not ready, and it recovers', async () => {
  // A session may read its new settings a moment later, so more than one can succeed.
  let added = 0;
  const addAndCount = async () => {
    const { status } = await add();
    if (status === 200) added += 1;
    return status;
  };
  expect(await addAndCount()).toBe(200);
  expect((await get('/readyz')).status).toBe(200);
  const before = await sessions();
  await setReadOnly('on');
  await expect.poll(addAndCount).toBe(503);

  const { status, headers, body } = await add();
  expect([status, body.code, headers['retry-after']]).toEqual([503, 'database-read-only', '5']);
  for (const path of ['/readyz', '/health']) {
    const probe = await get(path);
    expect([probe.status, probe.body.code]).toEqual([503, 'database-read-only']);
    expect(probe.headers['retry-after']).toBe('5');
  }
  expect((await get('/livez')).status).toBe(200);
  // What needs no change still works.
  expect((await shopper.call('GET', `/cart/${shopper.customerId}`)).status).toBe(200);
  // New connections may lead to another server.
  await expect
    .poll(async () => {
      await get('/api/v1/products/mug');
      return (await sessions()).filter((pid) => before.includes(pid));
    })
    .toEqual([]);

  await setReadOnly('off');
  await expect.poll(async () => (await get('/readyz')).status).toBe(200);
  expect((await get('/health')).status).toBe(200);
  expect((await add()).body.total_items).toBe(added + 1);
});

it('a checkout on a read-only database takes no money', async () => {
  expect((await add()).status).toBe(200);
  shop.payments.authorized.clear();
  await setReadOnly('on');
  await expect.poll(async () => (await add()).status).toBe(503);
  const { status, body } = await shopper.call('POST', '/cart/checkout', {
    customer_id: shopper.customerId,
    email: 'shopper@example.com',
    shipping_address: {
      name: 'Test Shopper',
      line1: '1 Test Street',
      city: 'Testville',
      postal_code: '12345',
      country: 'US',
    },
    payment_method: 'pm_test_approve',
  });
  expect([status, body.code]).toEqual([503, 'database-read-only']);
  expect(shop.payments.authorized.size).toBe(0);
  await setReadOnly('off');
});
