// Another session locks one row, or a whole table, for a while: only those who need it wait, and nobody after it.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../../../testbed/backend.ts';
import { asBackendRole, migrate, query } from '../../../testbed/database.ts';
import {
  type PostgresServer,
  startTemporaryPostgres,
} from '../../../testbed/postgres/embedded-postgres.ts';
import {
  type Answer,
  type ShopClient,
  type Shopper,
  shopClient,
} from '../../support/clients/shop-client.ts';
import { sized } from '../../support/form.ts';

const LOCKED_MS = sized(10_000, 20_000);
const IDLE_MS = sized(6_000, 12_000);
const OTHERS = 16;
/** Between two requests of a shopper. */
const PAUSE_MS = 20;
/** A request waits 2 s for a lock; the rest is for a busy machine. */
const BOUND_MS = 2_000 + 2_000;
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

let postgres: PostgresServer;
let backend: Backend;
let shop: ShopClient;
beforeAll(async () => {
  postgres = await startTemporaryPostgres({ settings: DURABLE });
  await migrate(postgres.url());
  await query(
    postgres.url(),
    `insert into products (product_id, product_name, description, category, price, image_url)
     select 'product-' || n, 'Product ' || n, '', 'Tests', 2, '/images/products/a.svg'
     from generate_series(1, 90) as n`,
  );
  // A busy machine must not count as an outage.
  const env = { DB_WAIT_MS: '5000', LOG_LEVEL: 'silent' };
  backend = await startBackend({ databaseUrl: asBackendRole(postgres.url()), env });
  shop = shopClient(backend.url);
});
afterAll(async () => {
  for (const each of [backend, postgres]) await each?.[Symbol.asyncDispose]();
});

let others: readonly Shopper[];
beforeEach(async () => {
  others = await Promise.all(Array.from({ length: OTHERS }, () => shop.newShopper()));
  for (const other of others) await other.add('product-1');
});

/** Shoppers with a pause between their requests; each request in turn changes another line. */
async function shopFor(ms: number, shoppers: readonly Shopper[]): Promise<Answer[]> {
  const until = performance.now() + ms;
  const answers: Answer[] = [];
  const one = async (shopper: Shopper) => {
    for (let step = 0; performance.now() < until; step += 1) {
      answers.push(await shopper.add(`product-${1 + (step % 90)}`));
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(shoppers.map(one));
  return answers;
}

async function locked<Result>(sql: string, values: unknown[], work: () => Promise<Result>) {
  const client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(sql, values);
    return await work();
  } finally {
    await client.query('rollback');
    await client.end();
  }
}

function p99(answers: readonly Answer[]): number {
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
}

const failed = (answers: readonly Answer[]) =>
  answers.filter(({ status }) => status !== 200).map(({ status, body }) => [status, body.code]);

describe.each([
  ['a line of one cart', 'select 1 from cart_items where customer_id = $1 for update'],
  ['one cart', 'select 1 from carts where customer_id = $1 for update'],
])('%s is locked', (what, sql) => {
  it('fails its own requests only, and the others take at most twice their time', async () => {
    const stuck = await shop.newShopper();
    await stuck.add('product-1');
    const idle = await shopFor(IDLE_MS, others);
    const [refused, served] = await locked(sql, [stuck.customerId], () =>
      Promise.all([stayOn(stuck), shopFor(LOCKED_MS, others)]),
    );
    expect(failed(idle)).toEqual([]);
    expect(failed(served)).toEqual([]);
    console.log(
      `${what}: p99 of the others ${p99(idle).toFixed(1)} ms idle, ${p99(served).toFixed(1)} ms locked, ` +
        `longest ${Math.max(...served.map(({ ms }) => ms)).toFixed(0)} ms, ${served.length} requests`,
    );
    expect(p99(served)).toBeLessThan(2 * p99(idle));
    for (const { status, retryAfter, ms } of refused) {
      expect([status, Number(retryAfter) > 0]).toEqual([503, true]);
      expect(ms).toBeLessThan(BOUND_MS + 2_000);
    }
    expect((await stuck.add('product-1')).body.total_items).toBe(2);
  });
});

/** A client that tries again at once. */
async function stayOn(stuck: Shopper): Promise<Answer[]> {
  const until = performance.now() + LOCKED_MS - BOUND_MS - 2_000;
  const answers: Answer[] = [];
  while (performance.now() < until) answers.push(await stuck.add('product-1'));
  return answers;
}

describe.each(['products', 'cart_items'])('the table %s is locked', (table) => {
  it('requests wait within bounds, and none after it', async () => {
    const reads: Promise<Answer>[] = [];
    const changes = await locked(`lock table ${table} in access exclusive mode`, [], async () => {
      const all = shopFor(LOCKED_MS - BOUND_MS, others);
      for (let began = performance.now(); performance.now() - began < LOCKED_MS - BOUND_MS; ) {
        reads.push(shop.get('/api/v1/products/product-1'), shop.get('/api/v1/products?limit=5'));
        // Liveness and readiness have nothing to do with the table.
        expect((await shop.get('/readyz')).status).toBe(200);
        await sleep(100);
      }
      return all;
    });
    for (const { status, retryAfter, ms } of [...changes, ...(await Promise.all(reads))]) {
      expect([200, 503]).toContain(status);
      if (status === 503) expect(Number(retryAfter)).toBeGreaterThan(0);
      expect(ms).toBeLessThan(BOUND_MS);
    }
    // The next requests find neither the lock nor a queue.
    const after = await Promise.all([
      ...others.map((other) => other.add('product-2')),
      shop.get('/api/v1/products/product-1'),
      shop.get('/api/v1/products?limit=5'),
    ]);
    expect(failed(after)).toEqual([]);
    for (const { ms } of after) expect(ms).toBeLessThan(1_000);
  });
});
