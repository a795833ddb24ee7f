import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prune } from '../src/prune/prune.ts';
import { AGING_TABLES } from '../src/prune/tables.ts';
import { runCli } from '../test-support/run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../test-support/test-database.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.query(`
    insert into products values ('mug', 'Mug', '', 'Kitchen', 9.50, '/mug.svg');
    insert into carts (customer_id, version, updated_at)
    select 'guest_' || n, 1, now() - make_interval(days => n) from generate_series(1, 200) as n;
    insert into carts (customer_id, version, updated_at)
    values ('customer', 1, now() - interval '5 years'), ('guestbook', 1, now() - interval '5 years');
    insert into cart_items (customer_id, product_id, product_name, price, quantity)
    select customer_id, 'mug', 'Mug', 9.50, 1 from carts;
    insert into orders values ('guest_150', gen_random_uuid(), 'confirmed', 'USD', 1, 0, 0, 0, 1,
      'a@example.com', '{}', '{}', 'test', 'authorized', 'r');
    insert into idempotency_keys (customer_id, key, fingerprint, status, headers, body, created_at)
    select 'guest_' || n, 'key', repeat('0', 64), 200, '{}', '', now() - make_interval(days => n)
    from generate_series(0, 4) as n`);
});
afterEach(() => database[Symbol.asyncDispose]());

const counts = async () => {
  const [row] = await database.query<{ carts: number; lines: number; orders: number }>(
    `select (select count(*)::integer from carts) as carts,
            (select count(*)::integer from cart_items) as lines,
            (select count(*)::integer from orders) as orders`,
  );
  return row;
};

test('removes old guest carts with their lines, and no other carts or orders', async () => {
  const { exitCode, out } = await runCli(database.url, ['prune']);
  expect(exitCode).toBe(0);
  expect(out).toContain('Removed 111 guest-carts older than 90 days, of 202 rows read.');
  expect(await counts()).toEqual({ carts: 91, lines: 91, orders: 1 });
  const left = await database.query(
    `select from carts where customer_id in ('customer', 'guestbook', 'guest_1', 'guest_89')`,
  );
  expect(left).toHaveLength(4);
});

test('keeps a guest cart that was looked at since its last change', async () => {
  await database.query(`
    update carts set seen_at = now() - interval '89 days' where customer_id = 'guest_200';
    update carts set seen_at = updated_at - interval '1 day' where customer_id = 'guest_199'`);
  await runCli(database.url, ['prune']);
  const left = await database.query(
    `select customer_id from carts where customer_id in ('guest_199', 'guest_200')`,
  );
  expect(left).toEqual([{ customer_id: 'guest_200' }]);
});

test('looks at every bucket', async () => {
  await database.query(`
    insert into buckets values (1);
    create temporary table moved as
      select * from carts where customer_id in ('guest_1', 'guest_150', 'customer');
    insert into carts (bucket, customer_id, version, created_at, updated_at, seen_at)
      select 1, customer_id, version, created_at, updated_at, seen_at from moved;
    update cart_items set bucket = 1 where customer_id in (select customer_id from moved);
    delete from carts where bucket = 0 and customer_id in (select customer_id from moved)`);
  const { out } = await runCli(database.url, ['prune', '--batch-size', '2']);
  expect(out).toContain('Removed 111 guest-carts older than 90 days, of 202 rows read.');
  expect(await counts()).toEqual({ carts: 91, lines: 91, orders: 1 });
});

test('removes expired stored responses', async () => {
  const { out } = await runCli(database.url, ['prune']);
  expect(out).toContain('Removed 3 idempotency-keys older than 2 days, of 5 rows read.');
  const left = await database.query('select customer_id from idempotency_keys order by 1');
  expect(left).toEqual([{ customer_id: 'guest_0' }, { customer_id: 'guest_1' }]);
});

test('keeps the cart and the key of an order that waits for its payment', async () => {
  await database.query(`
    insert into orders (customer_id, order_id, status, currency, subtotal, discount, shipping, tax, total, email,
      shipping_address, billing_address, payment_provider, payment_status, payment_reference)
    values ('guest_120', '00000000-0000-4000-8000-000000000001', 'pending_payment', 'USD', 1, 0, 0, 0, 1,
      'a@example.com', '{}', '{}', 'test', 'pending', '');
    insert into stock_holds values (0, 'guest_120', '00000000-0000-4000-8000-000000000001', now());
    insert into idempotency_keys (customer_id, key, fingerprint, order_id, created_at)
    values ('guest_120', 'key', repeat('0', 64), '00000000-0000-4000-8000-000000000001', now() - interval '3 days')`);
  const { out } = await runCli(database.url, ['prune']);
  expect(out).toContain('Removed 110 guest-carts older than 90 days, of 202 rows read.');
  expect(out).toContain('Removed 3 idempotency-keys older than 2 days, of 6 rows read.');
  await database.query('delete from stock_holds');
  const { out: later } = await runCli(database.url, ['prune']);
  expect(later).toContain('Removed 1 guest-carts older than 90 days, of 92 rows read.');
  expect(later).toContain('Removed 1 idempotency-keys older than 2 days, of 3 rows read.');
});

test('removes old events that wait for nobody, dead letters later, and keeps the others', async () => {
  await database.query(`
    insert into outbox (bucket, aggregate, sequence, type, data, created_at, routed_at)
    select 0, 'cart/' || kind, days, 'cart.checked_out', '{}', now() - make_interval(days => days),
      case when kind <> 'unseen' then now() end
    from unnest(array['unseen', 'nobody', 'pending', 'delivered', 'dead']) as kind,
      unnest(array[9, 10, 31, 91]) as days;
    insert into outbox_deliveries (bucket, sink, aggregate, sequence, state, ended_at)
    select 0, 'webhook', aggregate, sequence, split_part(aggregate, '/', 2),
      case when aggregate <> 'cart/pending' then now() end
    from outbox where aggregate not in ('cart/unseen', 'cart/nobody')`);
  const { out } = await runCli(database.url, ['prune', '--batch-size', '3']);
  expect(out).toContain('Removed 4 events older than 30 days, of 20 rows read.');
  expect(out).toContain('Removed 1 dead-letters older than 90 days, of 16 rows read.');
  const left = await database.query<{ kind: string; days: string }>(
    `select split_part(aggregate, '/', 2) as kind, string_agg(sequence::text, ' ' order by sequence) as days
     from outbox group by 1 order by 1`,
  );
  expect(left).toEqual([
    { kind: 'dead', days: '9 10 31' },
    { kind: 'delivered', days: '9 10' },
    { kind: 'nobody', days: '9 10' },
    { kind: 'pending', days: '9 10 31 91' },
    { kind: 'unseen', days: '9 10 31 91' },
  ]);
});

test.each([1, 7, 202, 1000])('finds the same rows in batches of %d', async (size) => {
  const args = ['prune', '--batch-size', `${size}`, '--guest-carts', '100', '--json'];
  const { out } = await runCli(database.url, args);
  expect(JSON.parse(out).results).toEqual([
    { name: 'guest-carts', days: 100, seen: 202, pruned: 101, stopped: false },
    { name: 'idempotency-keys', days: 2, seen: 5, pruned: 3, stopped: false },
    { name: 'events', days: 30, seen: 0, pruned: 0, stopped: false },
    { name: 'dead-letters', days: 90, seen: 0, pruned: 0, stopped: false },
  ]);
});

test('only counts in a dry run', async () => {
  const before = await counts();
  const { out } = await runCli(database.url, ['prune', '--dry-run', '--batch-size', '10']);
  expect(out).toContain('Would remove 111 guest-carts');
  expect(await counts()).toEqual(before);
});

test('stops after the current batch, which stays committed', async () => {
  const connection = new pg.Client({ connectionString: database.url });
  await connection.connect();
  const stop = new AbortController();
  const [table] = AGING_TABLES;
  if (table === undefined) throw new Error('no table has an age');
  const options = { days: 90, batchSize: 150, isDryRun: false, signal: stop.signal };
  const result = await prune(connection, table, { ...options, onProgress: () => stop.abort() });
  await connection.end();
  expect(result).toMatchObject({ seen: 150, stopped: true });
  expect((await counts())?.carts).toBe(202 - result.pruned);
  expect((await runCli(database.url, ['prune'], { stop: AbortSignal.abort() })).out).toBe('');
});

test('skips a locked cart without waiting', async () => {
  const shopper = new pg.Client({ connectionString: database.url });
  await shopper.connect();
  await shopper.query(`begin; update carts set version = 2 where customer_id = 'guest_200'`);
  const { out } = await runCli(database.url, ['prune', '--json']);
  expect(JSON.parse(out).results[0].pruned).toBe(110);
  await shopper.query('commit');
  await shopper.end();
});

test.each([['0'], ['-1'], ['many'], ['1.5']])('refuses an age of %s days', async (days) => {
  const { exitCode, err } = await runCli(database.url, ['prune', '--guest-carts', days]);
  expect(exitCode).toBe(2);
  expect(err).toContain('whole number');
});

test('says to migrate a database without tables first', async () => {
  await using empty = await createTestDatabase('empty');
  const { exitCode, err } = await runCli(empty.url, ['prune']);
  expect(exitCode).toBe(1);
  expect(err).toContain('Run "carthub-db migrate" first');
});
