import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evenOut } from '../../../src/modules/inventory/upkeep/even-out.ts';
import { checkoutBody, createTestApp, type TestApp } from '../../../test-support/test-app.ts';
import { startWorker } from '../../../test-support/test-worker.ts';
import { waitUntil } from '../../../test-support/wait-until.ts';

it('evens out any stock with fewer moves than buckets', () => {
  const stock = fc.array(fc.nat(1000), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(stock, (free) => {
      const after = [...free];
      const moves = evenOut(free);
      for (const { from, into, units } of moves) {
        expect(units).toBeGreaterThan(0);
        after[from] = (after[from] ?? 0) - units;
        after[into] = (after[into] ?? 0) + units;
        expect(after[from]).toBeGreaterThanOrEqual(0);
      }
      expect(moves.length).toBeLessThan(free.length);
      expect(Math.max(...after) - Math.min(...after)).toBeLessThanOrEqual(1);
      const sum = (units: readonly number[]) => units.reduce((total, each) => total + each, 0);
      expect(sum(after)).toBe(sum(free));
    }),
  );
});

describe('a worker of a database with 16 buckets', { timeout: 90_000 }, () => {
  const BUCKETS = 16;
  let shop: TestApp;
  beforeEach(async () => {
    shop = await createTestApp();
    await shop.sql(
      `insert into buckets select generate_series(0, ${BUCKETS - 1}) on conflict do nothing`,
    );
  });
  afterEach(() => shop[Symbol.asyncDispose]());

  const worker = () =>
    startWorker(`${shop.superuserUrl}?options=${encodeURIComponent('-c role=carthub_app')}`);

  async function allot(productId: string, units: Readonly<Record<number, number>>): Promise<void> {
    await shop.sql('delete from inventory where product_id = $1', [productId]);
    await shop.sql(
      `insert into inventory (bucket, product_id, on_hand)
       select bucket, $1, on_hand from unnest($2::smallint[], $3::integer[]) as u(bucket, on_hand)`,
      [productId, Object.keys(units), Object.values(units)],
    );
  }

  const freeOf = async (productId: string) =>
    (
      await shop.sql<{ free: number }>(
        'select on_hand - held as free from inventory where product_id = $1 order by bucket',
        [productId],
      )
    ).map(({ free }) => free);

  it('evens out the free units of a product, and leaves held ones and what is even', async () => {
    await shop.addProduct('mug');
    await shop.addProduct('kettle');
    await allot('mug', { 3: 100, 9: 61 });
    await shop.sql("update inventory set held = 1 where product_id = 'mug' and bucket = 9");
    const kettles = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [n, 8 + (n % 5)]));
    await allot('kettle', kettles);
    await using _worker = await worker();
    await waitUntil(async () => (await freeOf('mug')).every((free) => free === 10), 'even stock');
    expect(await freeOf('mug')).toHaveLength(BUCKETS);
    expect(await freeOf('kettle')).toEqual(Object.values(kettles));
  });

  it('neither loses nor doubles a unit while orders take them', async () => {
    await shop.addProduct('mug');
    await allot('mug', { 0: 200 });
    await using _one = await worker();
    await using _two = await worker();
    const buyers = await Promise.all(Array.from({ length: 100 }, () => shop.newShopper()));
    const answers = await Promise.all(
      buyers.map(async (buyer) => {
        const { customerId: customer_id } = buyer;
        await buyer.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 1 });
        return buyer.call('POST', '/cart/checkout', checkoutBody(customer_id));
      }),
    );
    expect(answers.map(({ body }) => body.code).filter(Boolean)).toEqual([]);
    const [sums] = await shop.sql(
      `select sum(on_hand)::integer as on_hand, sum(held)::integer as held, sum(sold)::integer as sold
       from inventory`,
    );
    expect(sums).toEqual({ on_hand: 100, held: 0, sold: 100 });
  });

  it('tells of few units only if all buckets together have few', async () => {
    await shop.addProduct('mug');
    await allot('mug', { 1: 1, 2: 30 });
    await shop.sql('update inventory set sold = 1');
    await using _worker = await worker();
    await waitUntil(async () => (await freeOf('mug')).length === BUCKETS, 'even stock');
    expect(await shop.sql('select from low_stock')).toHaveLength(0);
    await shop.sql('update inventory set on_hand = 0 where bucket > 1');
    await waitUntil(async () => (await shop.sql('select from low_stock')).length > 0, 'the event');
  });

  it('shows units, and products whose held units are not those of waiting orders', async () => {
    await shop.addProduct('mug');
    await allot('mug', { 1: 4, 2: 6 });
    await shop.sql('update inventory set held = 2, sold = 3 where bucket = 1');
    await using started = await worker();
    const metrics = async () => (await started.app.inject('/metrics')).body;
    await waitUntil(async () => /stock_units\{/.test(await metrics()), 'the number of buckets');
    const text = await metrics();
    expect(text).toContain('carthub_stock_units{state="free"} 8');
    expect(text).toContain('carthub_stock_units{state="held"} 2');
    expect(text).toContain('carthub_stock_units{state="sold"} 3');
    expect(text).toContain('carthub_stock_wrong_products 1');
    expect(text).toContain('carthub_orders_waiting 0');
  });
});
