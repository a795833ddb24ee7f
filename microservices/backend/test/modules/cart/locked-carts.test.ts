import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Held, holdLock } from '../../../test-support/hold-lock.ts';
import {
  createTestApp,
  type Shopper,
  type TestApp,
  testBucketOf,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp({ LOG_LEVEL: 'debug' });
  for (const id of ['mug', 'kettle', 'lamp']) await shop.addProduct(id, { stock: 100_000 });
});
afterAll(() => shop[Symbol.asyncDispose]());

/** How long a request may wait for a lock, with a margin for a busy machine. */
const BOUND_MS = 2000 + 2000;

const add = (shopper: Shopper, product_id = 'mug', headers: Record<string, string> = {}) =>
  shopper.call(
    'POST',
    '/cart/items',
    { customer_id: shopper.customerId, product_id, quantity: 1 },
    headers,
  );
const newShoppers = (count: number) =>
  Promise.all(Array.from({ length: count }, () => shop.newShopper()));
const hold = (sql: string, ...values: unknown[]): Promise<Held> =>
  holdLock(shop.superuserUrl, sql, values);

/** How often PostgreSQL has given up a lock. */
const lockTimeouts = () =>
  shop.logs.filter(({ message, code }) => message === 'a statement failed' && code === '55P03')
    .length;

/** Warnings and errors that were logged twice within a second, by statement or problem. */
function floods(): unknown[] {
  const lastAt = new Map<unknown, number>();
  return shop.logs.filter(({ level, statement, message, timestamp }) => {
    if (level !== 'warn' && level !== 'error') return false;
    // On a busy machine others are slow as well.
    if (message === 'a statement was slow') return false;
    const key = statement ?? message;
    const at = Date.parse(String(timestamp));
    const isSoon = at - (lastAt.get(key) ?? 0) < 900;
    lastAt.set(key, at);
    return isSoon;
  });
}

async function timed<Value>(work: Promise<Value>): Promise<{ value: Value; ms: number }> {
  const began = performance.now();
  const value = await work;
  return { value, ms: performance.now() - began };
}

interface Case {
  readonly lock: (stuck: Shopper) => Promise<Held>;
  readonly key?: string;
  /** The cart's first product is there before it is locked. */
  readonly hasLine?: boolean;
}

const LINE = `insert into cart_items (bucket, customer_id, product_id, product_name, price, quantity)
  select bucket, customer_id, 'mug', 'mug', 10, 1 from carts where customer_id = $1`;
const CASES: Record<string, Case> = {
  'a line that another session has locked': {
    hasLine: true,
    lock: ({ customerId }) =>
      hold('select 1 from cart_items where customer_id = $1 for update', customerId),
  },
  'a line that another session is changing': {
    hasLine: true,
    lock: ({ customerId }) =>
      hold('update cart_items set quantity = 2 where customer_id = $1', customerId),
  },
  'a line that another session is inserting': {
    hasLine: true,
    lock: async ({ customerId }) => {
      await shop.sql('delete from cart_items where customer_id = $1', [customerId]);
      await shop.sql('update carts set version = version + 1 where customer_id = $1', [customerId]);
      return hold(LINE, customerId);
    },
  },
  'a cart that another session has locked': {
    hasLine: true,
    lock: ({ customerId }) =>
      hold('select 1 from carts where customer_id = $1 for update', customerId),
  },
  'a cart that another session is creating': {
    lock: ({ customerId }) =>
      hold(
        `insert into carts (bucket, customer_id, version)
         values (${testBucketOf(customerId)}, $1, 1)`,
        customerId,
      ),
  },
  'an Idempotency-Key that another session is storing': {
    hasLine: true,
    key: 'stuck',
    lock: ({ customerId }) =>
      hold(
        `insert into idempotency_keys (bucket, customer_id, key, fingerprint, status, headers, body)
         select bucket, customer_id, 'stuck', repeat('0', 64), 200, '{}', ''
         from carts where customer_id = $1`,
        customerId,
      ),
  },
};

describe.each(Object.entries(CASES))('%s', (_name, { lock, key, hasLine }) => {
  it('fails its own requests only, and is in use again when it is free', async () => {
    const stuck = await shop.newShopper();
    const others = await newShoppers(12);
    if (hasLine) await add(stuck);
    for (const other of others) await add(other);
    await using held = await lock(stuck);
    const before = lockTimeouts();
    const headers = key ? { 'idempotency-key': key } : {};
    const pending = timed(add(stuck, 'mug', headers));
    for (let round = 0; round < 8; round += 1) {
      const results = await Promise.all(others.map((other) => add(other)));
      expect(results.map(({ status }) => status)).toEqual(others.map(() => 200));
    }
    const { value, ms } = await pending;
    expect([value.status, value.body.code]).toEqual([503, 'cart-busy']);
    expect(Number(value.headers['retry-after'])).toBeGreaterThan(0);
    expect(ms).toBeLessThan(BOUND_MS + 2000);
    // One for the batch, one for a part of it, and those of the cart alone. The drill measures the others' time.
    expect(lockTimeouts() - before).toBeLessThan(12);
    await held.release();
    expect((await add(stuck)).status).toBe(200);
    expect((await add(stuck, 'lamp')).status).toBe(200);
  });
});

it('a product that another session deletes fails only those who put it into their cart', async () => {
  const buyers = await newShoppers(6);
  const others = await newShoppers(6);
  for (const other of others) await add(other);
  await using held = await hold("select 1 from products where product_id = 'kettle' for update");
  const refused = buyers.map((buyer) => add(buyer, 'kettle'));
  const began = performance.now();
  // A line holds 99 units at most.
  for (let round = 0; round < 90 && performance.now() - began < 1500; round += 1) {
    const statuses = await Promise.all(others.map(async (other) => (await add(other)).status));
    expect(statuses).toEqual(others.map(() => 200));
  }
  for (const { status, body } of await Promise.all(refused))
    expect([status, body.code]).toEqual([503, 'cart-busy']);
  await held.release();
  expect((await add(buyers[0] as Shopper, 'kettle')).status).toBe(200);
});

it('a locked line for which others wait holds up its own cart only', async () => {
  const stuck = await shop.newShopper();
  const others = await newShoppers(12);
  for (const shopper of [stuck, ...others]) await add(shopper);
  const line = 'select 1 from cart_items where customer_id = $1 for update';
  await using held = await hold(line, stuck.customerId);
  const second = hold(line, stuck.customerId);
  const waits = `select from pg_stat_activity where wait_event_type = 'Lock'
    and datname = current_database()`;
  await expect.poll(() => shop.sql(waits)).toHaveLength(1);
  const refused = add(stuck);
  const answers = await Promise.all(others.map((other) => add(other)));
  expect(answers.map(({ status }) => status)).toEqual(others.map(() => 200));
  expect((await refused).body.code).toBe('cart-busy');
  await held.release();
  await (await second).release();
});

it('many locked carts among many fail alone', async () => {
  const stuck = await newShoppers(20);
  const others = await newShoppers(40);
  for (const shopper of [...stuck, ...others]) await add(shopper);
  const ids = stuck.map(({ customerId }) => customerId);
  await using held = await hold(
    'select 1 from cart_items where customer_id = any($1) for update',
    ids,
  );
  const answers = [...stuck, ...others].map((shopper) => add(shopper));
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(statuses).toEqual([...stuck.map(() => 503), ...others.map(() => 200)]);
  await held.release();
  for (const shopper of stuck) expect((await add(shopper)).body.total_items).toBe(2);
});

it('a lock that is released in time loses nothing and fails nobody', async () => {
  const stuck = await shop.newShopper();
  await add(stuck);
  await using held = await hold(
    'select 1 from cart_items where customer_id = $1 for update',
    stuck.customerId,
  );
  const pending = Array.from({ length: 5 }, () => add(stuck));
  await new Promise((resolve) => setTimeout(resolve, 500));
  await held.release();
  const answers = await Promise.all(pending);
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
  expect(answers.map(({ body }) => body.total_items)).toEqual([2, 3, 4, 5, 6]);
});

describe('a locked table', () => {
  it.each(['carts', 'cart_items', 'products', 'idempotency_keys'])(
    '%s is waited for within bounds, and nobody waits after it',
    async (table) => {
      const shoppers = await newShoppers(12);
      for (const shopper of shoppers) await add(shopper);
      await using held = await hold(`lock table ${table} in access exclusive mode`);
      const keyed = (shopper: Shopper) =>
        timed(add(shopper, 'mug', { 'idempotency-key': shopper.customerId }));
      const product = () => timed(shop.call({ method: 'GET', url: '/api/v1/products/mug' }));
      const page = () => timed(shop.call({ method: 'GET', url: '/api/v1/products' }));
      const waves = [];
      for (let wave = 0; wave < 5; wave += 1) {
        waves.push(...shoppers.map(keyed), product(), page(), page());
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      for (const { value, ms } of await Promise.all(waves)) {
        expect([200, 409, 503]).toContain(value.status);
        if (value.status === 503) expect(value.headers['retry-after']).toBeDefined();
        expect(ms).toBeLessThan(BOUND_MS);
      }
      expect(floods()).toEqual([]);
      // Whatever does not need the table goes on.
      const ready = await timed(shop.call({ method: 'GET', url: '/readyz' }));
      expect([ready.value.status, ready.ms < 1000]).toEqual([200, true]);
      await held.release();
      const after = await Promise.all(shoppers.map((shopper) => timed(add(shopper, 'lamp'))));
      expect(after.map(({ value }) => value.status)).toEqual(shoppers.map(() => 200));
      expect((await product()).value.status).toBe(200);
      expect((await page()).value.status).toBe(200);
    },
  );

  it('of the responses to keys does not hold up changes without a key', async () => {
    const shoppers = await newShoppers(6);
    for (const shopper of shoppers) await add(shopper);
    await using _held = await hold('lock table idempotency_keys in access exclusive mode');
    const [keyed] = shoppers;
    const refused = add(keyed as Shopper, 'mug', { 'idempotency-key': 'k' });
    const others = shoppers.slice(1);
    for (let round = 0; round < 10; round += 1) {
      const statuses = await Promise.all(others.map(async (each) => (await add(each)).status));
      expect(statuses).toEqual(others.map(() => 200));
    }
    expect((await refused).status).toBe(503);
  });
});

it('merges of a locked cart get 503; others merge', async () => {
  const [stuck, guest, other, otherGuest] = await newShoppers(4);
  if (!stuck || !guest || !other || !otherGuest) throw new Error('no shopper');
  for (const shopper of [stuck, guest, otherGuest]) await add(shopper);
  await using _held = await hold(
    'select 1 from carts where customer_id = $1 for update',
    stuck.customerId,
  );
  const merge = (into: Shopper, from: Shopper) =>
    into.call('POST', `/cart/${into.customerId}/merge`, { guest_token: from.token });
  const refused = merge(stuck, guest);
  expect((await merge(other, otherGuest)).status).toBe(200);
  const { status, headers } = await refused;
  expect([status, headers['retry-after']]).toEqual([503, '2']);
});
