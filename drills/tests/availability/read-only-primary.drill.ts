// A primary becomes read-only, as after a failover or with a full disk: changes get 503, the instance is not ready,
// its connections move, and it recovers without a restart.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backend, startBackend } from '../../../testbed/backend.ts';
import { asBackendRole, migrate, query } from '../../../testbed/database.ts';
import {
  type PostgresServer,
  startTemporaryPostgres,
} from '../../../testbed/postgres/embedded-postgres.ts';
import { type ShopClient, shopClient } from '../../support/clients/shop-client.ts';

let postgres: PostgresServer;
let backend: Backend;
let shop: ShopClient;
beforeAll(async () => {
  postgres = await startTemporaryPostgres();
  await migrate(postgres.url());
  await query(
    postgres.url(),
    `insert into products (product_id, product_name, description, category, price, image_url)
     values ('mug', 'Mug', '', 'Mugs', 22, '/images/products/mug.svg');
     insert into inventory (product_id, on_hand) values ('mug', 100)`,
  );
  const env = { DB_WAIT_MS: '5000', LOG_LEVEL: 'silent' };
  backend = await startBackend({ databaseUrl: asBackendRole(postgres.url()), env });
  shop = shopClient(backend.url);
});
afterAll(async () => {
  for (const each of [backend, postgres]) await each?.[Symbol.asyncDispose]();
});

const setReadOnly = async (value: 'on' | 'off') => {
  await query(postgres.url(), `alter system set default_transaction_read_only = ${value}`);
  await query(postgres.url(), 'select pg_reload_conf()');
};

const sessions = async () => {
  const text = "select pid from pg_stat_activity where application_name = 'carthub-backend'";
  return (await query<{ pid: number }>(postgres.url(), text)).map(({ pid }) => pid);
};

it('changes get 503, readiness ends, connections are renewed, and everything comes back', async () => {
  const shopper = await shop.newShopper();
  expect((await shopper.add('mug')).status).toBe(200);
  const before = await sessions();
  await setReadOnly('on');
  await expect.poll(async () => (await shopper.add('mug')).status).toBe(503);
  for (const answer of [await shopper.add('mug'), await shopper.checkout()])
    expect([answer.status, answer.body.code, answer.retryAfter]).toEqual([
      503,
      'database-read-only',
      '5',
    ]);
  for (const path of ['/readyz', '/health'])
    expect([(await shop.get(path)).status, path]).toEqual([503, path]);
  expect((await shop.get('/livez')).status).toBe(200);
  expect((await shop.get('/api/v1/products/mug')).status).toBe(200);
  await expect
    .poll(async () => {
      await shop.get('/readyz');
      return (await sessions()).filter((pid) => before.includes(pid));
    })
    .toEqual([]);

  await setReadOnly('off');
  await expect.poll(async () => (await shop.get('/readyz')).status).toBe(200);
  expect((await shopper.add('mug')).body.total_items).toBe(2);
  expect((await shopper.checkout()).status).toBe(201);
});
