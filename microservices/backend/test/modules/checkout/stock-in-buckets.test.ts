/** A database with 16 buckets: each sells its own units, and gets those of the others when it is short. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { bucketOf } from '../../../src/db/buckets.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

const BUCKETS = 16;
const PRODUCTS = ['kettle', 'mug'] as const;
type Product = (typeof PRODUCTS)[number];
type Wanted = Partial<Record<Product, number>>;

let shop: TestApp;
let twin: Awaited<ReturnType<TestApp['twin']>>;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.sql(
    `insert into buckets select generate_series(0, ${BUCKETS - 1}) on conflict do nothing`,
  );
  for (const id of PRODUCTS) await shop.addProduct(id);
  twin = await shop.twin();
});
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});
beforeEach(() => reset());

/** Buckets that are not named have no row of the product. */
async function allot(productId: Product, units: Readonly<Record<number, number>>): Promise<void> {
  await shop.sql('delete from inventory where product_id = $1', [productId]);
  await shop.sql(
    `insert into inventory (bucket, product_id, on_hand)
     select bucket, $1, on_hand from unnest($2::smallint[], $3::integer[]) as u(bucket, on_hand)`,
    [productId, Object.keys(units), Object.values(units)],
  );
}

async function reset(): Promise<void> {
  shop.payments.authorized.clear();
  await shop.sql('delete from orders');
}

async function allotted(productId: Product): Promise<Record<number, number>> {
  const rows = await shop.sql<{ bucket: number; on_hand: number }>(
    'select bucket, on_hand from inventory where product_id = $1 and on_hand > 0',
    [productId],
  );
  return Object.fromEntries(rows.map(({ bucket, on_hand }) => [bucket, on_hand]));
}

async function buyerOf(wanted: Wanted, bucket?: number): Promise<Shopper> {
  let buyer = await shop.newShopper();
  while (bucket !== undefined && bucketOf(buyer.customerId, BUCKETS) !== bucket)
    buyer = await shop.newShopper();
  for (const [product_id, quantity] of Object.entries(wanted)) {
    const line = { customer_id: buyer.customerId, product_id, quantity };
    expect((await buyer.call('POST', '/cart/items', line)).status).toBe(200);
  }
  return buyer;
}

const checkOut = (buyer: Shopper) =>
  buyer.call('POST', '/cart/checkout', checkoutBody(buyer.customerId));
/** All at once, in two processes. */
const checkOutAll = (buyers: readonly Shopper[]) =>
  Promise.all(buyers.map((buyer, n) => checkOut(n % 2 ? buyer : twin.as(buyer))));

it('sells the last 10 units of 16 buckets to 10 of 100 buyers', { timeout: 60_000 }, async () => {
  const buyers = await Promise.all(Array.from({ length: 100 }, () => buyerOf({ mug: 1 })));
  await allot('mug', Object.fromEntries(Array.from({ length: 10 }, (_, n) => [n + 3, 1])));
  const answers = await checkOutAll(buyers);
  const refused = answers.filter(({ status }) => status !== 201);
  expect(refused.map(({ body }) => [body.code, body.lines?.[0].available])).toEqual(
    Array(90).fill(['out-of-stock', 0]),
  );
  expect((await shop.stock()).mug).toBe(0);
  expect(await shop.sql('select from orders')).toHaveLength(10);
  expect(shop.payments.authorized.size).toBe(10);
});

const units = fc.dictionary(
  fc.integer({ min: 0, max: BUCKETS - 1 }).map(String),
  fc.integer({ min: 1, max: 4 }),
  { maxKeys: 5 },
);
const wanted = fc.record(
  { kettle: fc.integer({ min: 1, max: 5 }), mug: fc.integer({ min: 1, max: 5 }) },
  { requiredKeys: [] },
);

it('refuses only orders that nobody could fill, and neither loses nor doubles a unit', {
  timeout: 120_000,
}, async () => {
  const property = fc.asyncProperty(
    units,
    units,
    fc.array(
      wanted.filter((lines) => Object.keys(lines).length > 0),
      { minLength: 1, maxLength: 10 },
    ),
    async (kettles, mugs, carts) => {
      await reset();
      const buyers = await Promise.all(carts.map((lines) => buyerOf(lines)));
      await allot('kettle', kettles);
      await allot('mug', mugs);
      const before = await shop.stock();
      const answers = await checkOutAll(buyers);
      const after = await shop.stock();
      for (const product of PRODUCTS) {
        const sold = answers.map(({ status }, n) =>
          status === 201 ? (carts[n]?.[product] ?? 0) : 0,
        );
        expect(after[product] ?? 0).toBe(
          (before[product] ?? 0) - sold.reduce((sum, each) => sum + each, 0),
        );
      }
      answers.forEach(({ status, body }, n) => {
        if (status === 201) return;
        expect([status, body.code]).toEqual([409, 'out-of-stock']);
        // The sum of all buckets only falls.
        const isLeft = PRODUCTS.every((id) => (after[id] ?? 0) >= (carts[n]?.[id] ?? 0));
        expect(isLeft).toBe(false);
      });
    },
  );
  await fc.assert(property, { numRuns: 12 });
});

it('tells what all buckets have, and moves nothing for an order that nobody can fill', async () => {
  const stock = { 1: 2, 7: 1 };
  await allot('mug', stock);
  await allot('kettle', { 2: 9 });
  const buyer = await buyerOf({ mug: 4, kettle: 3 }, 0);
  const quote = await buyer.call('GET', `/cart/${buyer.customerId}/quote`);
  expect(quote.body.lines).toMatchObject([
    { product_id: 'mug', available: 3, issues: ['out-of-stock'] },
    { product_id: 'kettle', available: 9, issues: [] },
  ]);
  const { status, body } = await checkOut(buyer);
  expect([status, body.lines]).toMatchObject([
    409,
    [{ product_id: 'mug', requested: 4, available: 3 }],
  ]);
  expect(await allotted('mug')).toEqual(stock);
  expect(shop.payments.authorized.size).toBe(0);
});

it('brings half of what another bucket has, so that the next orders need not come for it', async () => {
  await allot('mug', { 4: 40, 9: 10 });
  expect((await checkOut(await buyerOf({ mug: 3 }, 12))).status).toBe(201);
  expect(await allotted('mug')).toEqual({ 4: 20, 9: 10, 12: 17 });
});

it('a move that is killed between its two buckets changes neither, and the order can be retried', async () => {
  await allot('mug', { 1: 2 });
  await shop.sql(`
    create sequence moves;
    create function pause_first() returns trigger language plpgsql security definer as $$
      begin
        if nextval('moves') = 1 then perform pg_sleep(60); end if;
        return new;
      end $$;
    create trigger pause before insert on inventory for each row execute function pause_first()`);
  const buyer = await buyerOf({ mug: 2 }, 5);
  const answer = checkOut(buyer);
  const paused = `from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`;
  await expect.poll(() => shop.sql(`select ${paused}`)).toHaveLength(1);
  await shop.sql(`select pg_terminate_backend(pid) ${paused}`);
  expect([201, 503]).toContain((await answer).status);
  if ((await answer).status !== 201) {
    expect(await allotted('mug')).toEqual({ 1: 2 });
    expect((await checkOut(buyer)).status).toBe(201);
  }
  expect((await shop.stock()).mug).toBe(0);
  expect(shop.payments.authorized.size).toBe(1);
  await shop.sql('drop trigger pause on inventory');
});
