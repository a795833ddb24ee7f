/** A flash sale: many orders need the same stock at once, and each holds it for as long as a busy machine takes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

const HOT = Array.from({ length: 10 }, (_, n) => `hot-${n}`);
/** Each order takes longer than DB_LOCK_TIMEOUT_MS, and all of them longer than a lock is waited for. */
const SLOW_ORDER_MS = 120;
const BUYERS = 24;

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  for (const id of HOT) await shop.addProduct(id);
  await shop.sql(`
    create function be_slow() returns trigger language plpgsql
    as $$ begin perform pg_sleep(${SLOW_ORDER_MS / 1000}); return null; end $$`);
  await shop.sql(`
    create trigger slow after update on inventory for each statement execute function be_slow()`);
});
afterAll(() => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  shop.payments.authorized.clear();
  await stock(1000);
});

const stock = async (onHand: number) => {
  await shop.sql('alter table inventory disable trigger slow');
  await shop.setStock(onHand);
  await shop.sql('alter table inventory enable trigger slow');
};

async function buyersOf(cartOf: (n: number) => readonly string[]): Promise<Shopper[]> {
  const buyers: Shopper[] = [];
  for (let n = 0; n < BUYERS; n += 1) {
    const buyer = await shop.newShopper();
    for (const product_id of cartOf(n)) {
      const line = { customer_id: buyer.customerId, product_id, quantity: 1 };
      expect((await buyer.call('POST', '/cart/items', line)).status).toBe(200);
    }
    buyers.push(buyer);
  }
  return buyers;
}

const checkOut = (buyer: Shopper) =>
  buyer.call('POST', '/cart/checkout', checkoutBody(buyer.customerId), {
    'idempotency-key': buyer.customerId,
  });
const ordered = (count: number) => Array<string>(count).fill('201 ');
const outcomes = async (answers: readonly ReturnType<typeof checkOut>[]) =>
  (await Promise.all(answers))
    .map(({ status, body }) => `${status} ${body.code ?? ''}`)
    .sort((a, b) => a.localeCompare(b));
const rotated = (n: number) => [...HOT.slice(n % HOT.length), ...HOT.slice(0, n % HOT.length)];

describe('orders of the same products', () => {
  it.each<[string, (n: number) => readonly string[]]>([
    ['of one product', () => ['hot-0']],
    ['of ten products in another order each', rotated],
    ['of two products of ten each', (n) => rotated(n * 3).slice(0, 2)],
  ])('%s all succeed, however long they queue', async (_what, cartOf) => {
    const buyers = await buyersOf(cartOf);
    expect(await outcomes(buyers.map(checkOut))).toEqual(ordered(BUYERS));
    expect(shop.payments.authorized.size).toBe(BUYERS);
  });

  it('all succeed in two processes', async () => {
    const buyers = await buyersOf(() => ['hot-0', 'hot-1']);
    await using other = await shop.twin();
    const answers = buyers.map((buyer, n) => checkOut(n % 2 ? buyer : other.as(buyer)));
    expect(await outcomes(answers)).toEqual(ordered(BUYERS));
  });

  it('end in an order or in out of stock', async () => {
    const buyers = await buyersOf(() => ['hot-0']);
    await stock(20);
    expect(await outcomes(buyers.map(checkOut))).toEqual([
      ...ordered(20),
      ...Array<string>(BUYERS - 20).fill('409 out-of-stock'),
    ]);
    expect(shop.payments.authorized.size).toBe(20);
  });

  it('leave connections for others', async () => {
    const buyers = await buyersOf((n) => [`hot-${n % 5}`]);
    const other = await shop.newShopper();
    let isSelling = true;
    const selling = outcomes(buyers.map(checkOut)).finally(() => {
      isSelling = false;
    });
    const times: number[] = [];
    while (isSelling) {
      const began = performance.now();
      expect((await other.call('GET', `/cart/${other.customerId}`)).status).toBe(200);
      times.push(performance.now() - began);
    }
    expect(await selling).toEqual(ordered(BUYERS));
    times.sort((a, b) => a - b);
    expect(times[Math.floor(times.length / 2)]).toBeLessThan(SLOW_ORDER_MS / 2);
  });
});
