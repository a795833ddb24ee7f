// What backups ask of a database, on a real one.

import { afterAll, beforeAll, expect, test } from 'vitest';
import * as contents from '../../src/backup/contents/contents.queries.ts';
import { readContents } from '../../src/backup/contents/contents.ts';
import { readViolations } from '../../src/backup/contents/invariants.queries.ts';
import { databaseIn, Server } from '../../src/backup/restore/server.ts';
import { withSideDatabase } from '../../src/backup/restore/side-database.ts';
import { readConfig } from '../../src/config/config.ts';
import { Database } from '../../src/database/connection.ts';
import { runCli } from '../../test-support/run-cli.ts';
import { createScratch } from '../../test-support/scratch.ts';
import { createTestDatabase, type TestDatabase } from '../../test-support/test-database.ts';

let shop: TestDatabase;
let database: Database;
let server: Server;
beforeAll(async () => {
  shop = await createTestDatabase();
  const read = readConfig({ DATABASE_URL: shop.url });
  if (!read.ok) throw new Error(read.problems.join());
  database = new Database(read.config.database);
  server = new Server(read.config.database);
  await shop.query(`
    insert into products values ('mug', 'Mug', '', 'Kitchen', 9.50, '/mug.svg');
    insert into inventory values ('mug', 5);
    insert into orders values ('a', '00000000-0000-4000-8000-000000000001', 'confirmed', 'USD',
      19, 0, 0, 0, 19, 'a@example.com', '{}', '{}', 'test', 'authorized', 'r');
    insert into order_items values ('a', '00000000-0000-4000-8000-000000000001', 1, 'mug', 'Mug',
      9.50, 2, 19)`);
});
afterAll(() => shop[Symbol.asyncDispose]());

const read = () =>
  database.connect(async (connection) => {
    const tables = await contents.readTables(connection);
    const stop = new AbortController().signal;
    return readContents({ database, tables, snapshot: undefined, jobs: 2, stop });
  });

test('a checksum tells any change of a row, and not the order of rows', async () => {
  const before = await read();
  expect(before.find(({ name }) => name === 'order_items')).toMatchObject({ rows: 1 });
  await shop.query('update inventory set on_hand = 6');
  const after = await read();
  const changed = after.filter((table, index) => table.checksum !== before[index]?.checksum);
  expect(changed.map(({ name }) => name)).toEqual(['inventory']);
  await shop.query('update inventory set on_hand = 5');
  // The row is another one on the disk.
  expect(await read()).toEqual(before);
});

test('a sound shop violates no rule; a broken one is told by rule', async () => {
  const violations = () => database.connect(readViolations);
  expect(await violations()).toEqual([]);
  await shop.query('alter table orders drop constraint orders_check; update orders set total = 1');
  await shop.query(
    'alter table inventory drop constraint inventory_on_hand_check, drop constraint inventory_held_check',
  );
  await shop.query('update inventory set on_hand = -1, bucket = 1');
  expect((await violations()).map(({ rule }) => rule)).toEqual([
    'A stock is in a bucket that does not exist',
    'The stock of a product is below zero',
    'The total of an order does not add up',
  ]);
});

test('held and sold units and payments are those of the orders', async () => {
  const violations = async () =>
    (await database.connect(readViolations)).map(({ rule }) => rule).sort();
  await shop.query(`
    delete from orders;
    update inventory set on_hand = 5, bucket = 0, held = 2, sold = 3;
    insert into orders (customer_id, order_id, number, status, currency, subtotal, discount, shipping, tax, total,
      email, shipping_address, billing_address, payment_provider, payment_status, payment_reference)
    select 'a', order_id, number, status, 'USD', total, 0, 0, 0, total, 'a@example.com', '{}', '{}', 'test',
      payment_status, ''
    from (values
      ('00000000-0000-4000-8000-000000000001'::uuid, 'CH-2222-2222', 'pending_payment', 19, 'pending'),
      ('00000000-0000-4000-8000-000000000002'::uuid, 'CH-2222-2223', 'paid', 28.5, 'captured'),
      ('00000000-0000-4000-8000-000000000003'::uuid, 'CH-2222-2224', 'expired', 9.5, 'failed')
    ) as o (order_id, number, status, total, payment_status);
    insert into order_items (customer_id, order_id, line_number, product_id, product_name, price, quantity, subtotal)
    select customer_id, order_id, 1, 'mug', 'Mug', 9.5, (total / 9.5)::integer, total from orders;
    insert into payments (bucket, customer_id, order_id, attempt, provider, status, amount, currency, created_at,
      updated_at)
    select bucket, customer_id, order_id, 1, 'test', payment_status, total, currency, now(), now() from orders;
    insert into stock_holds select bucket, customer_id, order_id, now() from orders where status = 'pending_payment'`);
  expect(await violations()).toEqual([]);
  await shop.query('update inventory set held = 1, sold = 4');
  expect(await violations()).toEqual([
    'The held units of a product are not those of orders that wait',
    'The sold units of a product are not those of paid orders',
  ]);
  await shop.query(`
    update inventory set held = 2, sold = 3;
    update payments set status = 'pending' where status = 'failed'`);
  expect(await violations()).toEqual([
    'Nobody voids the unknown payment of an order that was given up',
  ]);
  await shop.query(`
    insert into payment_tasks (bucket, customer_id, order_id, task_id, kind, due_at, open_until, created_at)
    select bucket, customer_id, order_id, order_id, 'void', now(), now(), now() from orders
    where status = 'expired'`);
  expect(await violations()).toEqual([]);
  await shop.query(`
    delete from payment_tasks;
    update payments set status = 'failed' where amount = 9.5;
    delete from stock_holds;
    update payments set amount = 1 where status = 'pending';
    delete from payments where status = 'captured'`);
  expect(await violations()).toEqual([
    'A payment is of another amount than its order',
    'An order that waits or is paid has no payment',
    'An order waits without a hold, or has one and does not wait',
  ]);
});

test('parcels, refunds and units that are sold again add up', async () => {
  const violations = async () =>
    (await database.connect(readViolations)).map(({ rule }) => rule).sort();
  await shop.query(`
    delete from orders;
    update inventory set on_hand = 5, bucket = 0, held = 0, sold = 1;
    insert into orders (customer_id, order_id, number, status, currency, subtotal, discount, shipping, tax, total,
      email, shipping_address, billing_address, payment_provider, payment_status, payment_reference)
    values ('a', '00000000-0000-4000-8000-000000000001', 'CH-2222-2222', 'fulfilled', 'USD', 19, 0, 0, 0, 19,
      'a@example.com', '{}', '{}', 'test', 'captured', '');
    insert into order_items (customer_id, order_id, line_number, product_id, product_name, price, quantity, subtotal,
      fulfilled, cancelled, restocked)
    select customer_id, order_id, 1, 'mug', 'Mug', 9.5, 2, 19, 1, 1, 1 from orders;
    insert into order_fulfilments (bucket, customer_id, order_id, fulfilment_id, created_at)
    select bucket, customer_id, order_id, order_id, now() from orders;
    insert into order_fulfilment_lines (bucket, customer_id, order_id, fulfilment_id, line_number, quantity)
    select bucket, customer_id, order_id, order_id, 1, 1 from orders;
    insert into payments (bucket, customer_id, order_id, attempt, provider, status, amount, refunded, currency,
      created_at, updated_at)
    select bucket, customer_id, order_id, 1, 'test', 'captured', total, 9.5, currency, now(), now() from orders;
    insert into refunds (bucket, customer_id, order_id, refund_id, attempt, amount, currency, status, lines, created_at,
      updated_at)
    select bucket, customer_id, order_id, order_id, 1, 9.5, currency, 'pending', '[]', now(), now() from orders;
    insert into payment_tasks (bucket, customer_id, order_id, task_id, kind, due_at, open_until, created_at)
    select bucket, customer_id, order_id, order_id, 'refund', now(), now(), now() from orders`);
  expect(await violations()).toEqual([]);
  await shop.query(`
    update order_fulfilment_lines set quantity = 2;
    update payments set refunded = 5;
    delete from payment_tasks;
    update order_items set restocked = 0`);
  expect(await violations()).toEqual([
    'A refund waits for an answer that nobody asks for',
    'The refunds of a payment do not add up',
    'The sent units of an order line are not those of its parcels',
    'The sold units of a product are not those of paid orders',
  ]);
});

test('a side database is dropped, whatever happens', async () => {
  const sides = () => shop.query(`select from pg_database where datname like 'carthub\\_side\\_%'`);
  const failing = server.maintain((connection) =>
    withSideDatabase(connection, 'carthub_side_', async (name) => {
      expect(await sides()).toHaveLength(1);
      const side = await server.database(name);
      await side.connect((inside) => inside.query('create table t ()'));
      throw new Error('in the middle');
    }),
  );
  await expect(failing).rejects.toThrow('in the middle');
  expect(await sides()).toEqual([]);
});

test('the name of a database is read from a URL', () => {
  expect(databaseIn('postgres://a@b/my%20shop')).toBe('my shop');
  expect(databaseIn('shop')).toBeUndefined();
});

test.each([
  ['backup', '--to', 'PLACE'],
  ['restore', '--into', 'shop', '--from', 'PLACE'],
  ['verify-backup', '--from', 'PLACE'],
])('%s without PostgreSQL’s programs says what to install', async (...args) => {
  await using scratch = await createScratch();
  const words = args.map((word) => (word === 'PLACE' ? scratch.path : word));
  const run = await runCli(shop.url, [...words, '--pg-bin', scratch.path]);
  expect(run.exitCode).toBe(1);
  expect(run.err).toMatch(/There is no pg_(dump|restore) in .*apt-get install/);
});

test('lists no backup in an empty directory', async () => {
  await using scratch = await createScratch();
  const { exitCode, out } = await runCli('', ['backups', '--from', scratch.path]);
  expect(exitCode).toBe(0);
  expect(out).toContain('0 complete backups');
  expect(await runCli('', ['backups'])).toMatchObject({ exitCode: 2 });
});
