/** The checkout with localstripe, a stateful double of Stripe by others. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  type ForeignDouble,
  startForeignDouble,
} from '../../../test-support/stripe-double/foreign-double.ts';
import { localstripeFetch } from '../../../test-support/stripe-double/localstripe-fetch.ts';
import { stripeOn, WEBHOOK_SECRET } from '../../../test-support/stripe-double/stripe-shop.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

let stripe: ForeignDouble;
let shop: TestApp;
let manual: Awaited<ReturnType<TestApp['twin']>>;
let shopper: Shopper;
const through = localstripeFetch();

beforeAll(async () => {
  const ports = (port: number) => ['--port', `${port}`, '--from-scratch'];
  stripe = await startForeignDouble(process.env.LOCALSTRIPE ?? 'localstripe', ports);
  const automatically = stripeOn(stripe, { fetch: through });
  shop = await createTestApp({ PAYMENT_TIMEOUT_MS: '5000' }, automatically);
  manual = await shop.twin({
    payments: stripeOn(stripe, { fetch: through, captureMethod: 'manual' }),
  });
  await shop.addProduct('mug', { price: '22.00', stock: 1000 });
  const address = await shop.app.listen({ host: '127.0.0.1', port: 0 });
  await call('POST', '/_config/webhooks/shop', {
    url: `${address}/api/v1/payments/webhooks/stripe`,
    secret: WEBHOOK_SECRET,
  });
});
afterAll(async () => {
  await manual[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
  await stripe[Symbol.asyncDispose]();
});
beforeEach(async () => {
  shopper = await shop.newShopper();
  const { customerId: customer_id } = shopper;
  await shopper.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 1 });
});

const HEADERS = { authorization: 'Bearer sk_test_123456', 'content-type': 'application/json' };

// biome-ignore lint/suspicious/noExplicitAny: the double's own objects.
async function call(method: string, path: string, body?: object): Promise<any> {
  const response = await fetch(`${stripe.url}${path}`, {
    method,
    headers: HEADERS,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

/** A means of payment as Stripe's page would make it; its number never reaches Carthub. */
const meansOf = async (number: string): Promise<string> => {
  const card = { number, exp_month: 12, exp_year: 2030, cvc: '123' };
  return (await call('POST', '/v1/payment_methods', { type: 'card', card })).id;
};
const checkout = (payment_method: string, by = shopper) =>
  by.call('POST', '/cart/checkout', checkoutBody(by.customerId, { payment_method }));
const intentOf = async (orderId: string) => {
  const { data } = await call('GET', '/v1/payment_intents?limit=100');
  return data.find(
    (each: { metadata: { order_id?: string } }) => each.metadata.order_id === orderId,
  );
};
const settled = async (orderId: string) => {
  for (;;) {
    const { body } = await shopper.call('GET', `/orders/${orderId}`);
    if (body.status !== 'pending_payment') return body;
  }
};
const authenticate = (id: string, client_secret: string, success: boolean) =>
  call('POST', `/v1/payment_intents/${id}/_authenticate`, { client_secret, success });

it('pays at once', async () => {
  const { status, body } = await checkout('pm_card_visa');
  expect([status, body.payment.status]).toEqual([201, 'captured']);
  expect(await intentOf(body.order_id)).toMatchObject({ status: 'succeeded', amount: 2200 });
});

it('authorizes and captures', async () => {
  const { body } = await checkout('pm_card_visa', manual.as(shopper));
  expect(body.payment.status).toBe('authorized');
  const { id: reference } = await intentOf(body.order_id);
  const payment = { ...paymentOf(body), reference };
  expect((await manual.context.payments.capture(payment)).kind).toBe('captured');
  expect((await manual.context.payments.capture(payment)).kind).toBe('captured');
  expect((await intentOf(body.order_id)).status).toBe('succeeded');
});

it('is declined', async () => {
  const { status, body } = await checkout(await meansOf('4000000000000341'));
  expect([status, body.code]).toEqual([402, 'payment-declined']);
});

it('with 3-D Secure is paid after the page has confirmed', async () => {
  const { status, body } = await checkout(await meansOf('4000002500003155'));
  expect([status, body.payment.status]).toEqual([202, 'requires_action']);
  await authenticate(body.payment.reference, body.payment.client_secret, true);
  const confirmed = await shopper.call('POST', `/orders/${body.order_id}/payment/confirm`);
  expect(confirmed.body.status).toBe('paid');
});

it('with 3-D Secure is paid by the signed webhook if the page was closed', async () => {
  const { body } = await checkout(await meansOf('4000002500003155'));
  await authenticate(body.payment.reference, body.payment.client_secret, true);
  expect((await settled(body.order_id)).status).toBe('paid');
});

it('with 3-D Secure that fails orders nothing', async () => {
  const { body } = await checkout(await meansOf('4000002500003155'));
  await authenticate(body.payment.reference, body.payment.client_secret, false);
  const confirmed = await shopper.call('POST', `/orders/${body.order_id}/payment/confirm`);
  expect(confirmed.body.status).toBe('payment_failed');
  expect((await intentOf(body.order_id)).status).toBe('canceled');
});

it('refunds in parts, once per key, and gives all back when it is voided', async () => {
  const { body } = await checkout('pm_card_visa');
  const { id: reference } = await intentOf(body.order_id);
  const payment = { ...paymentOf(body), reference };
  const { payments } = shop.context;
  for (const key of ['a', 'a', 'b']) {
    expect((await payments.refund(payment, { key, amountMinor: 700 })).kind).toBe('refunded');
  }
  const { data } = await call('GET', `/v1/refunds?payment_intent=${reference}`);
  expect(data.map(({ amount }: { amount: number }) => amount)).toEqual([700, 700]);
  const other = await checkoutAnother();
  await payments.void({ ...paymentOf(other), reference: null });
  const { id } = await intentOf(other.order_id);
  expect((await call('GET', `/v1/refunds?payment_intent=${id}`)).data).toHaveLength(1);
});

async function checkoutAnother() {
  const { customerId: customer_id } = shopper;
  await shopper.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 1 });
  return (await checkout('pm_card_visa')).body;
}

const paymentOf = (order: { order_id: string; created_at: string }) => ({
  customerId: shopper.customerId,
  orderId: order.order_id,
  attempt: 1,
  amountMinor: 2200,
  currency: 'USD',
  reference: null,
  placedAt: new Date(order.created_at),
});
