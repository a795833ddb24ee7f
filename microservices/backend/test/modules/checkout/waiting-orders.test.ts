/** Orders that nobody pays any more: their process ended, or its answer was lost. Workers end their wait. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrderEngine } from '../../../src/modules/orders/engine/order-engine.ts';
import { TestPaymentProvider } from '../../../src/modules/payments/test-payment-provider.ts';
import { holdLock } from '../../../test-support/hold-lock.ts';
import { draftOf } from '../../../test-support/order-drafts.ts';
import {
  checkoutBody,
  createTestApp,
  onBehalfOfTests,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';
import { startWorker } from '../../../test-support/test-worker.ts';
import { waitUntil } from '../../../test-support/wait-until.ts';

const STOCK = 16_000;

let shop: TestApp;
let shopper: Shopper;
const engine = new OrderEngine();
beforeEach(async () => {
  shop = await createTestApp();
  // Enough in each bucket.
  await shop.addProduct('mug', { stock: STOCK });
  shopper = await shop.newShopper();
});
afterEach(() => shop[Symbol.asyncDispose]());

const appUrl = () => `${shop.superuserUrl}?options=${encodeURIComponent('-c role=carthub_app')}`;
const worker = (payments: TestPaymentProvider = shop.payments) => startWorker(appUrl(), {}, payments);

/** An order as a process leaves it that is killed while it pays. */
async function place(buyer = shopper, quantity = 2) {
  const draft = await draftOf(buyer, { mug: quantity });
  const { outcome } = await engine.place(onBehalfOfTests(shop.context.pool), draft);
  expect(outcome).toBe('placed');
  return draft;
}

const authorize = ({ orderId }: { orderId: string }) =>
  shop.payments.authorize(
    { orderId, amountMinor: 2000, currency: 'USD', paymentMethod: 'pm_test_approve' },
    AbortSignal.timeout(1000),
  );

const expire = () => shop.sql("update stock_holds set expires_at = now() - interval '1 ms'");
const makeDoubtful = () => shop.sql("update orders set created_at = now() - interval '20 s'");

const statusOf = async (orderId: string) => {
  const [row] = await shop.sql<{ status: string; payment_status: string }>(
    'select status, payment_status from orders where order_id = $1',
    [orderId],
  );
  return row && [row.status, row.payment_status];
};
const becomes = (orderId: string, ...wanted: string[]) =>
  waitUntil(
    async () => String(await statusOf(orderId)) === String(wanted),
    `the order to be ${wanted.join(', ')}`,
  );

const units = async () => {
  const [row] = await shop.sql<{ free: number; held: number; sold: number }>(
    `select sum(on_hand - held)::integer as free, sum(held)::integer as held, sum(sold)::integer as sold
     from inventory`,
  );
  return row;
};

const eventsOf = async (orderId: string) =>
  (
    await shop.sql<{ type: string; sequence: string }>(
      'select type, sequence from outbox where aggregate = $1 order by sequence',
      [`order/${orderId}`],
    )
  ).map(({ type, sequence }) => [type, Number(sequence)]);

const cartItems = async () =>
  (await shopper.call('GET', `/cart/${shopper.customerId}`)).body.total_items;

describe('an order whose hold has expired', () => {
  it('is given up, which frees its units and leaves the cart as it is', async () => {
    const { orderId } = await place();
    await expire();
    await using _worker = await worker();
    await becomes(orderId, 'expired', 'voided');
    expect(await units()).toEqual({ free: STOCK, held: 0, sold: 0 });
    expect(await cartItems()).toBe(2);
    expect(await eventsOf(orderId)).toEqual([
      ['order.placed', 1],
      ['order.expired', 2],
    ]);
    expect(await shop.sql('select from payment_voids')).toHaveLength(0);
    expect(await shop.sql('select status from payments')).toEqual([{ status: 'voided' }]);
  });

  it('is paid if the provider has the payment', async () => {
    const draft = await place();
    await authorize(draft);
    await expire();
    await using _worker = await worker();
    await becomes(draft.orderId, 'paid', 'authorized');
    expect(await units()).toEqual({ free: STOCK - 2, held: 0, sold: 2 });
    expect(await cartItems()).toBe(0);
    expect(await eventsOf(draft.orderId)).toEqual([
      ['order.placed', 1],
      ['order.paid', 2],
    ]);
    expect(shop.payments.authorized.has(draft.orderId)).toBe(true);
  });

  it('is left alone before', async () => {
    const { orderId } = await place();
    await using _worker = await worker();
    const other = await place(await shop.newShopper());
    await shop.sql("update stock_holds set expires_at = now() where order_id = $1", [other.orderId]);
    await becomes(other.orderId, 'expired', 'voided');
    expect(await statusOf(orderId)).toEqual(['pending_payment', 'pending']);
  });

  it('is given up while the provider is down, and its payment is voided once it is back', async () => {
    const draft = await place();
    await authorize(draft);
    const down = new Error('the provider is down');
    const provider = new TestPaymentProvider();
    let isDown = true;
    provider.find = async (orderId) => {
      if (isDown) throw down;
      return shop.payments.find(orderId);
    };
    provider.void = async (orderId) => {
      if (isDown) throw down;
      return shop.payments.void(orderId);
    };
    await expire();
    await using _worker = await worker(provider);
    await becomes(draft.orderId, 'expired', 'pending');
    expect(await units()).toEqual({ free: STOCK, held: 0, sold: 0 });
    expect(shop.payments.authorized.has(draft.orderId)).toBe(true);
    isDown = false;
    await becomes(draft.orderId, 'expired', 'voided');
    expect(shop.payments.authorized.size).toBe(0);
    expect(await shop.sql('select from payment_voids')).toHaveLength(0);
  });

  it('is given up in time though the provider does not answer', async () => {
    const provider = new TestPaymentProvider();
    provider.find = () => new Promise(() => {});
    const { orderId } = await place();
    await expire();
    await using _worker = await worker(provider);
    await becomes(orderId, 'expired', 'voided');
  });

  it('waits until its cart is not being written any more', async () => {
    const draft = await place();
    await authorize(draft);
    await expire();
    const lock = await holdLock(shop.superuserUrl, 'select from carts for update');
    await using _worker = await worker();
    await waitUntil(
      async () => (await shop.sql('select from stock_holds where next_look_at > now()')).length > 0,
      'the worker to look',
    );
    expect(await statusOf(draft.orderId)).toEqual(['pending_payment', 'pending']);
    await lock.release();
    await becomes(draft.orderId, 'paid', 'authorized');
  });
});

describe('an order whose process has ended', () => {
  it('is paid before its hold expires, and the same request gets the response', async () => {
    const { customerId: customer_id } = shopper;
    await shopper.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 2 });
    const { authorize: answer } = shop.payments;
    // The provider has authorized; then the process does not settle.
    shop.payments.authorize = async (request, signal) => {
      await answer.call(shop.payments, request, signal);
      await new Promise(() => {});
      throw new Error('never');
    };
    const checkOut = () =>
      shopper.call('POST', '/cart/checkout', checkoutBody(customer_id), { 'idempotency-key': 'k' });
    void checkOut();
    await waitUntil(async () => shop.payments.authorized.size === 1, 'the authorization');
    await makeDoubtful();
    const [{ order_id }] = (await shop.sql('select order_id from orders')) as [{ order_id: string }];
    await using _worker = await worker();
    await becomes(order_id, 'paid', 'authorized');
    await using twin = await shop.twin();
    const retry = () =>
      twin
        .as(shopper)
        .call('POST', '/cart/checkout', checkoutBody(customer_id), { 'idempotency-key': 'k' });
    const [one, two] = [await retry(), await retry()];
    expect([one.status, one.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect(one.body).toMatchObject({ order_id, status: 'paid', payment: { status: 'authorized' } });
    expect(one.headers.location).toBe(`/api/v1/orders/${order_id}`);
    expect(two.text).toBe(one.text);
    expect(await shop.sql('select from orders')).toHaveLength(1);
  });

  it('keeps its units until its hold expires if the provider has no payment', async () => {
    const { orderId } = await place();
    await makeDoubtful();
    await using _worker = await worker();
    await waitUntil(
      async () => (await shop.sql('select from stock_holds where next_look_at > now()')).length > 0,
      'the worker to look',
    );
    expect(await statusOf(orderId)).toEqual(['pending_payment', 'pending']);
    // The pause after a look ends no later than the hold.
    const [row] = await shop.sql<{ is_in_time: boolean }>(
      'select next_look_at <= expires_at as is_in_time from stock_holds',
    );
    expect(row?.is_in_time).toBe(true);
  });
});

describe('several workers', () => {
  it('settle each of 200 orders once, and one that is stuck holds nothing up', { timeout: 60_000 }, async () => {
      const buyers = await Promise.all(Array.from({ length: 200 }, () => shop.newShopper()));
    const drafts = await Promise.all(buyers.map((buyer) => place(buyer, 1)));
    const paid = drafts.filter((_, index) => index % 3 === 0);
    await Promise.all(paid.map(authorize));
    // Has claimed all that it can, and never ends.
    const stuck = new TestPaymentProvider();
    stuck.find = () => new Promise(() => {});
    stuck.void = (orderId) => shop.payments.void(orderId);
    await expire();
    const expiredAt = performance.now();
    const stopped = await startWorker(appUrl(), {}, stuck);
    await waitUntil(
      async () => (await shop.sql('select from stock_holds where next_look_at > now()')).length > 0,
      'the first worker to claim',
    );
    await using _one = await worker();
    await using _two = await worker();
    await waitUntil(
      async () => (await shop.sql('select from stock_holds')).length === 0,
      'all orders to be settled',
      20_000,
    );
    expect(performance.now() - expiredAt).toBeLessThan(20_000);
    await stopped[Symbol.asyncDispose]();
    const history = await shop.sql<{ orders: number; entries: number }>(
      `select count(distinct order_id)::integer as orders, count(*)::integer as entries
       from order_history where status <> 'pending_payment'`,
    );
    expect(history).toEqual([{ orders: 200, entries: 200 }]);
    const { held, sold } = (await units()) ?? {};
    expect(held).toBe(0);
    expect(sold).toBeLessThanOrEqual(paid.length);
    // What the stuck worker gave up without an answer is voided: nobody pays for an order that is not there.
    await waitUntil(
      async () => (await shop.sql('select from payment_voids')).length === 0,
      'all payments to be voided',
    );
    const ledger = await shop.sql<{ order_id: string }>(
      "select order_id from orders where status = 'paid'",
    );
    expect(ledger.map(({ order_id }) => shop.payments.authorized.has(order_id))).toEqual(
      ledger.map(() => true),
    );
    expect(shop.payments.authorized.size).toBe(ledger.length);
  });
});

describe('an order that is paid at the moment at which it expires', () => {
  it('is either paid and kept, or given up and voided', { timeout: 60_000 }, async () => {
      await using _one = await worker();
    await using _two = await worker();
    const { authorize: answer } = shop.payments;
    shop.payments.authorize = async (request, signal) => {
      const result = await answer.call(shop.payments, request, signal);
      if (Math.random() < 0.7)
        await shop.sql('update stock_holds set expires_at = now() where order_id = $1', [
          request.orderId,
        ]);
      if (Math.random() < 0.5) await new Promise((done) => setTimeout(done, Math.random() * 40));
      return result;
    };
    const { find } = shop.payments;
    // A provider that tells too late that it has the payment.
    shop.payments.find = async (orderId) =>
      Math.random() < 0.5 ? undefined : find.call(shop.payments, orderId);
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const buyer = await shop.newShopper();
        const { customerId: customer_id } = buyer;
        await buyer.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 1 });
        return buyer.call('POST', '/cart/checkout', checkoutBody(customer_id));
      }),
    );
    await waitUntil(
      async () => (await shop.sql('select from payment_voids')).length === 0,
      'all payments to be voided',
    );
    const orders = await shop.sql<{ order_id: string; status: string; payment_status: string }>(
      'select order_id, status, payment_status from orders',
    );
    for (const { order_id, status, payment_status } of orders)
      expect([status, payment_status, shop.payments.authorized.has(order_id)]).toEqual(
        status === 'paid' ? ['paid', 'authorized', true] : ['expired', 'voided', false],
      );
    const acknowledged = answers.filter(({ status }) => status === 201);
    const paid = orders.filter(({ status }) => status === 'paid');
    expect(new Set(acknowledged.map(({ body }) => body.order_id))).toEqual(
      new Set(paid.map(({ order_id }) => order_id)),
    );
    expect(await units()).toMatchObject({ held: 0, sold: paid.length });
  });
});
