/** Orders that nobody pays any more: their process ended, or its answer was lost. Workers end their wait. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestPaymentProvider } from '../../../../src/modules/payments/test-payment-provider.ts';
import { holdLock } from '../../../../test-support/hold-lock.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../../test-support/test-app.ts';
import { STOCK, unpaidOrders } from '../../../../test-support/unpaid-orders.ts';
import { waitUntil } from '../../../../test-support/wait-until.ts';

let shop: TestApp;
let shopper: Shopper;
let orders: ReturnType<typeof unpaidOrders>;
beforeEach(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { stock: STOCK });
  shopper = await shop.newShopper();
  orders = unpaidOrders(shop);
});
afterEach(() => shop[Symbol.asyncDispose]());

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
    const { orderId } = await orders.place(shopper);
    await orders.expire();
    await using _worker = await orders.worker();
    await orders.becomes(orderId, 'expired', 'voided');
    expect(await orders.units()).toEqual({ free: STOCK, held: 0, sold: 0 });
    expect(await cartItems()).toBe(2);
    expect(await eventsOf(orderId)).toEqual([
      ['order.placed', 1],
      ['order.expired', 2],
    ]);
    expect(await shop.sql('select from payment_tasks')).toHaveLength(0);
    expect(await shop.sql('select status from payments')).toEqual([{ status: 'voided' }]);
  });

  it('is paid if the provider has the payment', async () => {
    const draft = await orders.place(shopper);
    await orders.authorize(draft);
    await orders.expire();
    await using _worker = await orders.worker();
    await orders.becomes(draft.orderId, 'paid', 'authorized');
    expect(await orders.units()).toEqual({ free: STOCK - 2, held: 0, sold: 2 });
    expect(await cartItems()).toBe(0);
    expect(await eventsOf(draft.orderId)).toEqual([
      ['order.placed', 1],
      ['order.paid', 2],
    ]);
    expect(shop.payments.authorized.has(draft.orderId)).toBe(true);
  });

  it('is left alone before', async () => {
    const { orderId } = await orders.place(shopper);
    await using _worker = await orders.worker();
    const other = await orders.place(await shop.newShopper());
    await shop.sql('update stock_holds set expires_at = now() where order_id = $1', [
      other.orderId,
    ]);
    await orders.becomes(other.orderId, 'expired', 'voided');
    expect(await orders.statusOf(orderId)).toEqual(['pending_payment', 'pending']);
  });

  it('is given up while the provider is down, and its payment is voided once it is back', async () => {
    const draft = await orders.place(shopper);
    await orders.authorize(draft);
    const down = new Error('the provider is down');
    const provider = new TestPaymentProvider();
    let isDown = true;
    provider.find = async (payment) => {
      if (isDown) throw down;
      return shop.payments.find(payment);
    };
    provider.void = async (payment) => {
      if (isDown) throw down;
      return shop.payments.void(payment);
    };
    await orders.expire();
    await using _worker = await orders.worker(provider);
    await orders.becomes(draft.orderId, 'expired', 'pending');
    expect(await orders.units()).toEqual({ free: STOCK, held: 0, sold: 0 });
    expect(shop.payments.authorized.has(draft.orderId)).toBe(true);
    isDown = false;
    await orders.becomes(draft.orderId, 'expired', 'voided');
    expect(shop.payments.authorized.size).toBe(0);
    expect(await shop.sql('select from payment_tasks')).toHaveLength(0);
  });

  it('is given up in time though the provider does not answer', async () => {
    const provider = new TestPaymentProvider();
    provider.find = () => new Promise(() => {});
    const { orderId } = await orders.place(shopper);
    await orders.expire();
    await using _worker = await orders.worker(provider);
    await orders.becomes(orderId, 'expired', 'voided');
  });

  it('waits until its cart is not being written any more', async () => {
    const draft = await orders.place(shopper);
    await orders.authorize(draft);
    await orders.expire();
    const lock = await holdLock(shop.superuserUrl, 'select from carts for update');
    await using _worker = await orders.worker();
    await orders.isLookedAt();
    expect(await orders.statusOf(draft.orderId)).toEqual(['pending_payment', 'pending']);
    await lock.release();
    await orders.becomes(draft.orderId, 'paid', 'authorized');
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
    await orders.makeDoubtful();
    const [{ order_id }] = (await shop.sql('select order_id from orders')) as [
      { order_id: string },
    ];
    await using _worker = await orders.worker();
    await orders.becomes(order_id, 'paid', 'authorized');
    await using twin = await shop.twin();
    const retry = () =>
      twin
        .as(shopper)
        .call('POST', '/cart/checkout', checkoutBody(customer_id), { 'idempotency-key': 'k' });
    const [one, two] = [await retry(), await retry()];
    expect([one.status, two.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect(one.body).toMatchObject({ order_id, status: 'paid', payment: { status: 'authorized' } });
    expect(one.headers.location).toBe(`/api/v1/orders/${order_id}`);
    expect(two.text).toBe(one.text);
    expect(await shop.sql('select from orders')).toHaveLength(1);
  });

  it('keeps its units until its hold expires if the provider has no payment', async () => {
    const { orderId } = await orders.place(shopper);
    await orders.makeDoubtful();
    await using _worker = await orders.worker();
    await orders.isLookedAt();
    expect(await orders.statusOf(orderId)).toEqual(['pending_payment', 'pending']);
    // The pause after a look ends no later than the hold.
    const [row] = await shop.sql<{ is_in_time: boolean }>(
      'select next_look_at <= expires_at as is_in_time from stock_holds',
    );
    expect(row?.is_in_time).toBe(true);
  });
});
