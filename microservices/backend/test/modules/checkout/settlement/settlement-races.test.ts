/** Several workers and the API settle the same orders. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestPaymentProvider } from '../../../../src/modules/payments/test-payment-provider.ts';
import { checkoutBody, createTestApp, type TestApp } from '../../../../test-support/test-app.ts';
import { STOCK, unpaidOrders } from '../../../../test-support/unpaid-orders.ts';
import { waitUntil } from '../../../../test-support/wait-until.ts';

let shop: TestApp;
let orders: ReturnType<typeof unpaidOrders>;
beforeEach(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { stock: STOCK });
  orders = unpaidOrders(shop);
});
afterEach(() => shop[Symbol.asyncDispose]());

describe('several workers', () => {
  it('settle each of 200 orders once, and one that is stuck holds nothing up', {
    timeout: 60_000,
  }, async () => {
    const buyers = await Promise.all(Array.from({ length: 200 }, () => shop.newShopper()));
    const drafts = await Promise.all(buyers.map((buyer) => orders.place(buyer, 1)));
    const paid = drafts.filter((_, index) => index % 3 === 0);
    await Promise.all(paid.map(orders.authorize));
    // Has claimed all that it can, and never ends.
    const stuck = new TestPaymentProvider();
    stuck.find = () => new Promise(() => {});
    stuck.void = (payment) => shop.payments.void(payment);
    await orders.expire();
    const expiredAt = performance.now();
    const stopped = await orders.worker(stuck);
    await orders.isLookedAt();
    await using _one = await orders.worker();
    await using _two = await orders.worker();
    await waitUntil(
      async () => (await shop.sql('select from stock_holds')).length === 0,
      'all orders to be settled',
      20_000,
    );
    expect(performance.now() - expiredAt).toBeLessThan(20_000);
    await stopped[Symbol.asyncDispose]();
    const history = await shop.sql<{ orders: number; entries: number }>(
      `select count(distinct order_id)::integer as orders, count(*)::integer as entries
       from order_history where status <> 'pending_payment' and event is null`,
    );
    expect(history).toEqual([{ orders: 200, entries: 200 }]);
    const { held, sold } = (await orders.units()) ?? {};
    expect(held).toBe(0);
    expect(sold).toBeLessThanOrEqual(paid.length);
    // What the stuck worker gave up without an answer is voided: nobody pays for an order that is not there.
    await waitUntil(
      async () => (await shop.sql('select from payment_tasks')).length === 0,
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
    await using _one = await orders.worker();
    await using _two = await orders.worker();
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
    shop.payments.find = async (payment) =>
      Math.random() < 0.5 ? undefined : find.call(shop.payments, payment);
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const buyer = await shop.newShopper();
        const { customerId: customer_id } = buyer;
        await buyer.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 1 });
        return buyer.call('POST', '/cart/checkout', checkoutBody(customer_id));
      }),
    );
    await waitUntil(
      async () => (await shop.sql('select from payment_tasks')).length === 0,
      'all payments to be voided',
    );
    const ended = await shop.sql<{ order_id: string; status: string; payment_status: string }>(
      'select order_id, status, payment_status from orders',
    );
    for (const { order_id, status, payment_status } of ended)
      expect([status, payment_status, shop.payments.authorized.has(order_id)]).toEqual(
        status === 'paid' ? ['paid', 'authorized', true] : ['expired', 'voided', false],
      );
    const acknowledged = answers.filter(({ status }) => status === 201);
    const paid = ended.filter(({ status }) => status === 'paid');
    expect(new Set(acknowledged.map(({ body }) => body.order_id))).toEqual(
      new Set(paid.map(({ order_id }) => order_id)),
    );
    expect(await orders.units()).toMatchObject({ held: 0, sold: paid.length });
  });
});
