/** A process that ends at any of its steps leaves one charge and an order, or neither. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Crash } from '../../../test-support/crash.ts';
import { StripeDouble } from '../../../test-support/stripe-double/stripe-double.ts';
import { stripeOn } from '../../../test-support/stripe-double/stripe-shop.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';
import { startWorker } from '../../../test-support/test-worker.ts';
import { toAppUrl } from '../../../test-support/unpaid-orders.ts';
import { waitUntil } from '../../../test-support/wait-until.ts';

let stripe: StripeDouble;
let shop: TestApp;
let shopper: Shopper;
beforeAll(async () => {
  stripe = await StripeDouble.start();
  shop = await createTestApp({ PAYMENT_TIMEOUT_MS: '5000' }, stripeOn(stripe));
  await shop.addProduct('mug', { price: '22.00', stock: 1000 });
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  await stripe[Symbol.asyncDispose]();
});
const KEY = { 'idempotency-key': 'the-order' };
const checkout = (by: Shopper, payment_method: string) =>
  by.call('POST', '/cart/checkout', checkoutBody(by.customerId, { payment_method }), KEY);

/** As after the time that a payment may take. */
const makeOld = () =>
  shop.sql(
    `with o as (update orders set created_at = created_at - interval '1 hour' where customer_id = $1)
     update payments set updated_at = updated_at - interval '1 hour' where customer_id = $1`,
    [shopper.customerId],
  );

const ordersOf = () =>
  shop.sql<{ order_id: string; status: string; payment_status: string; payment: string }>(
    `select o.order_id, o.status, o.payment_status, p.status as payment
     from orders as o join payments as p using (bucket, customer_id, order_id) where customer_id = $1`,
    [shopper.customerId],
  );

/** Each order with what was charged for it. */
async function expectConsistent() {
  const orders = await ordersOf();
  for (const { order_id, status, payment, payment_status } of orders) {
    const isPaid = status === 'paid';
    expect([status, stripe.chargesOf(order_id)]).toEqual([status, isPaid ? [4400] : []]);
    expect([status, payment_status]).toEqual([status, payment]);
    expect(payment).not.toBe('pending');
  }
  const { length: paid } = orders.filter(({ status }) => status === 'paid');
  expect(paid).toBeLessThanOrEqual(1);
  const [stock] = await shop.sql(
    `select sum(on_hand)::int as on_hand, sum(held)::int as held, sum(sold)::int as sold from inventory`,
  );
  const [{ units } = { units: 0 }] = await shop.sql<{ units: number }>(
    `select coalesce(sum(quantity), 0)::int as units from order_items join orders using (bucket, customer_id, order_id)
     where status = 'paid'`,
  );
  expect(stock).toEqual({ on_hand: 1000 - units, held: 0, sold: units });
  const { body } = await shopper.call('GET', `/cart/${shopper.customerId}`);
  expect(body.total_items).toBe(paid === 1 ? 0 : 2);
  return paid;
}

/** What the worker does, after a while. */
async function settleAll() {
  await makeOld();
  await shop.sql(
    `with t as (update payment_tasks set due_at = now(), open_until = now())
     update stock_holds set expires_at = now(), next_look_at = now()`,
  );
  await using _worker = await startWorker(toAppUrl(shop), {}, stripeOn(stripe));
  await waitUntil(async () => {
    const [left] = await shop.sql<{ left: number }>(
      `select ((select count(*) from stock_holds) + (select count(*) from payment_tasks))::int as left`,
    );
    return left?.left === 0;
  }, 'the worker to settle all');
}

const newShopper = async () => {
  shopper = await shop.newShopper();
  const { customerId: customer_id } = shopper;
  await shopper.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 2 });
};

type Action = (by: Shopper) => Promise<{ status: number }>;
const pay: Action = (by) => checkout(by, 'pm_card_visa');
const loseAnswer: Action = (by) => {
  stripe.fail(/confirm$/, 'answer-500', 1);
  return pay(by);
};
const beDeclined: Action = (by) => checkout(by, 'pm_card_chargeDeclined');
const authenticate: Action = (by) => checkout(by, 'pm_card_authenticationRequired');
const intentOf = (orderId: string) =>
  [...stripe.intents.all.values()].find(({ metadata }) => metadata.order_id === orderId);

/** An order that waits for its customer, who has proved who they are. */
const waitAndAuthenticate = async () => {
  const { body } = await checkout(shopper, 'pm_card_authenticationRequired');
  const intent = intentOf(body.order_id);
  if (intent) stripe.intents.authenticate(intent, true);
};
const confirm: Action = async (by) => {
  const [order] = await ordersOf();
  return by.call('POST', `/orders/${order?.order_id}/payment/confirm`);
};
const replace: Action = async (by) => {
  await makeOld();
  const body = checkoutBody(by.customerId, { payment_method: 'pm_card_visa' });
  return by.call('POST', '/cart/checkout', body, { 'idempotency-key': 'another' });
};
const nothing = async () => {};

/** In a process of its own. */
async function actAndCrash(act: Action, at: number, moment: 'before' | 'after'): Promise<Crash> {
  const crash = new Crash(at, moment);
  const twin = await shop.twin({ payments: stripeOn(stripe, { fetch: crash.fetch }) });
  crash.watch(twin.context.pool);
  await act(twin.as(shopper));
  await twin[Symbol.asyncDispose]();
  return crash;
}

it.each([
  ['is paid', nothing, pay],
  ['is paid, with the answer lost', nothing, loseAnswer],
  ['is declined', nothing, beDeclined],
  ['waits for its customer', nothing, authenticate],
  ['is confirmed by its customer', waitAndAuthenticate, confirm],
  ['is replaced by the next', waitAndAuthenticate, replace],
] as const)('an order that %s, at each step', { timeout: 300_000 }, async (_what, prepare, act) => {
  const outcomes: string[] = [];
  for (const moment of ['before', 'after'] as const) {
    for (let at = 1, isOver = false; !isOver; at += 1) {
      await newShopper();
      await prepare();
      const { hasEnded } = await actAndCrash(act, at, moment);
      isOver = !hasEnded;
      await settleAll();
      outcomes.push(`${moment} ${at}: ${await expectConsistent()}`);
    }
  }
  expect(outcomes.length).toBeGreaterThan(10);
});

it('an order whose request is repeated after each step is paid once', {
  timeout: 300_000,
}, async () => {
  for (const moment of ['before', 'after'] as const) {
    for (let at = 1, isOver = false; !isOver; at += 1) {
      await newShopper();
      const { hasEnded } = await actAndCrash(pay, at, moment);
      isOver = !hasEnded;
      await makeOld();
      const repeated = await checkout(shopper, 'pm_card_visa');
      expect([moment, at, repeated.status]).toEqual([moment, at, 201]);
      expect(await checkout(shopper, 'pm_card_visa')).toMatchObject({ text: repeated.text });
      await settleAll();
      expect(await expectConsistent()).toBe(1);
    }
  }
});
