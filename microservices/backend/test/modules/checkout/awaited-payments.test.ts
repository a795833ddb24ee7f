/** Payments that are not decided when the checkout answers, and what the provider tells later. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Intent } from '../../../test-support/stripe-double/intents.ts';
import { StripeDouble, signatureOf } from '../../../test-support/stripe-double/stripe-double.ts';
import { stripeOn, WEBHOOK_SECRET } from '../../../test-support/stripe-double/stripe-shop.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

let stripe: StripeDouble;
let shop: TestApp;
let shopper: Shopper;
beforeAll(async () => {
  stripe = await StripeDouble.start();
  const payments = stripeOn(stripe, { webhookSecrets: [WEBHOOK_SECRET, 'whsec_previous'] });
  shop = await createTestApp({ PAYMENT_TIMEOUT_MS: '5000' }, payments);
  await shop.addProduct('mug', { price: '22.00', stock: 1000 });
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
  await stripe[Symbol.asyncDispose]();
});
beforeEach(async () => {
  shopper = await shop.newShopper();
  await add();
});
afterEach(() => {
  stripe.onAnswer = async () => {};
});

const add = () =>
  shopper.call('POST', '/cart/items', {
    customer_id: shopper.customerId,
    product_id: 'mug',
    quantity: 1,
  });
const KEY = { 'idempotency-key': 'the-order' };
const checkout = (payment_method: string, headers: Record<string, string> = KEY) =>
  shopper.call(
    'POST',
    '/cart/checkout',
    checkoutBody(shopper.customerId, { payment_method }),
    headers,
  );
const confirm = (orderId: string, by = shopper) =>
  by.call('POST', `/orders/${orderId}/payment/confirm`);
const statusOf = async (orderId: string) =>
  (await shopper.call('GET', `/orders/${orderId}`)).body.status;
const unitsInCart = async () =>
  (await shopper.call('GET', `/cart/${shopper.customerId}`)).body.total_items;

const intentOf = (orderId: string): Intent => {
  const found = [...stripe.intents.all.values()].find((each) => each.metadata.order_id === orderId);
  if (!found) throw new Error(`no PaymentIntent for ${orderId}`);
  return found;
};
const post = (body: string, headers: Record<string, string>, provider = 'stripe') =>
  shop.call({
    method: 'POST',
    url: `/api/v1/payments/webhooks/${provider}`,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    payload: body,
  });
async function tell(intent: Intent, secret = WEBHOOK_SECRET, sentAt = Date.now()) {
  const { body, headers } = stripe.webhookOf(intent, secret, sentAt);
  return post(body, headers);
}

describe('a customer who has to prove who they are', () => {
  const wait = () => checkout('pm_card_authenticationRequired');

  it('gets 202 with what the page needs, and the units are held', async () => {
    const { status, body, headers } = await wait();
    expect([status, headers.location]).toEqual([202, `/api/v1/orders/${body.order_id}`]);
    const { id: reference, client_secret } = intentOf(body.order_id);
    expect(body).toMatchObject({
      status: 'pending_payment',
      payment: { provider: 'stripe', status: 'requires_action', reference, client_secret },
    });
    const [hold] = await shop.sql(
      `select extract(epoch from expires_at - now())::int as seconds from stock_holds where order_id = $1`,
      [body.order_id],
    );
    expect(hold?.seconds).toBeGreaterThan(14 * 60);
    expect(await unitsInCart()).toBe(1);
    expect(stripe.chargesOf(body.order_id)).toEqual([]);
  });

  it('gets the same response byte for byte if the request is repeated', async () => {
    const first = await wait();
    const again = await wait();
    expect([again.status, again.text]).toEqual([202, first.text]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(stripe.requests.filter((each) => each.endsWith('confirm'))).not.toHaveLength(0);
  });

  it('has ordered as soon as they say that they did, and only then', async () => {
    const { body } = await wait();
    const early = await confirm(body.order_id);
    expect([early.status, early.body.payment]).toEqual([200, body.payment]);
    stripe.intents.authenticate(intentOf(body.order_id), true);
    const { status, body: order } = await confirm(body.order_id);
    expect([status, order.status, order.payment.status]).toEqual([200, 'paid', 'captured']);
    expect(order.payment.client_secret).toBeUndefined();
    expect(await unitsInCart()).toBe(0);
    expect((await confirm(body.order_id)).text).toEqual((await confirm(body.order_id)).text);
    expect(stripe.chargesOf(body.order_id)).toEqual([2200]);
    // The response of the checkout stays what it was.
    expect((await wait()).body.status).toBe('pending_payment');
  });

  it('has ordered nothing if the bank does not believe them, and can order again', async () => {
    const { body } = await wait();
    stripe.intents.authenticate(intentOf(body.order_id), false);
    const { body: order } = await confirm(body.order_id);
    expect([order.status, order.payment.status]).toEqual(['payment_failed', 'voided']);
    expect(intentOf(body.order_id).status).toBe('canceled');
    expect(await unitsInCart()).toBe(1);
    expect((await checkout('pm_card_visa', {})).status).toBe(201);
  });

  it('cannot be paid for by anybody else', async () => {
    const { body } = await wait();
    const stranger = await shop.newShopper();
    expect((await confirm(body.order_id, stranger)).status).toBe(404);
    expect((await confirm('not-an-id')).status).toBe(404);
  });

  it('is told that the provider cannot be asked, and the order goes on waiting', async () => {
    const { body } = await wait();
    stripe.fail(/payment_intents/, 'answer-500', 1);
    const refused = await confirm(body.order_id);
    expect([refused.status, refused.body.code]).toEqual([503, 'payment-unavailable']);
    expect(refused.text).not.toContain('our side.');
    expect(await statusOf(body.order_id)).toBe('pending_payment');
  });
});

describe('a webhook', () => {
  it('settles an order whose page was closed', async () => {
    const { body } = await checkout('pm_card_authenticationRequired');
    const intent = intentOf(body.order_id);
    stripe.intents.authenticate(intent, true);
    expect((await tell(intent)).status).toBe(204);
    expect(await statusOf(body.order_id)).toBe('paid');
    expect(await unitsInCart()).toBe(0);
  });

  it('twice, and many at once, settles it once', async () => {
    const { body } = await checkout('pm_card_authenticationRequired');
    const intent = intentOf(body.order_id);
    stripe.intents.authenticate(intent, true);
    const answers = await Promise.all(Array.from({ length: 8 }, () => tell(intent)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(204));
    const history = await shop.sql('select status from order_history where order_id = $1', [
      body.order_id,
    ]);
    expect(history.map(({ status }) => status)).toEqual(['pending_payment', 'paid']);
  });

  it('before the answer settles it, and the checkout answers and stores the same', async () => {
    stripe.onAnswer = async (path, intent) => {
      if (path.endsWith('confirm') && intent) expect((await tell(intent)).status).toBe(204);
    };
    const { status, body, text } = await checkout('pm_card_visa');
    expect([status, body.status]).toEqual([201, 'paid']);
    await add();
    const again = await checkout('pm_card_visa');
    expect([again.status, again.text]).toEqual([201, text]);
    expect(stripe.chargesOf(body.order_id)).toEqual([2200]);
  });

  it('before an answer that is lost settles it', async () => {
    stripe.fail(/confirm$/, 'answer-lost', 1);
    stripe.onAnswer = async (path, intent) => {
      if (path.endsWith('confirm') && intent) await tell(intent);
    };
    const { status, body } = await checkout('pm_card_visa');
    expect([status, body.status]).toEqual([201, 'paid']);
    expect(stripe.chargesOf(body.order_id)).toEqual([2200]);
  });

  it('late, about an order that was given up, gives the money back', async () => {
    const { body } = await checkout('pm_card_authenticationRequired');
    // Given up in a moment when the provider could not be reached.
    await shop.sql(
      `update orders set created_at = created_at - interval '1 hour' where customer_id = $1`,
      [shopper.customerId],
    );
    stripe.fail(/cancel$/, 'request-lost', 1);
    expect((await checkout('pm_card_visa', {})).status).toBe(201);
    const intent = intentOf(body.order_id);
    stripe.intents.authenticate(intent, true);
    expect(stripe.chargesOf(body.order_id)).toEqual([2200]);
    expect((await tell(intent)).status).toBe(204);
    expect(stripe.chargesOf(body.order_id)).toEqual([]);
    expect(await statusOf(body.order_id)).toBe('payment_failed');
  });

  it('of an earlier state changes nothing', async () => {
    const { body } = await checkout('pm_card_authenticationRequired');
    const intent = intentOf(body.order_id);
    const early = stripe.webhookOf(intent, WEBHOOK_SECRET);
    stripe.intents.authenticate(intent, true);
    await confirm(body.order_id);
    const failed = early.body.replace('requires_action', 'payment_failed');
    const headers = { 'stripe-signature': signatureOf(failed, WEBHOOK_SECRET) };
    expect((await post(failed, headers)).status).toBe(204);
    expect(await statusOf(body.order_id)).toBe('paid');
  });

  it('asks to be sent again while the provider cannot be asked', async () => {
    const { body } = await checkout('pm_card_authenticationRequired');
    stripe.fail(/payment_intents/, 'request-lost', 1);
    expect((await tell(intentOf(body.order_id))).status).toBe(503);
  });

  it('with a previous secret is taken while the secret is rolled', async () => {
    const { body } = await checkout('pm_card_authenticationRequired');
    expect((await tell(intentOf(body.order_id), 'whsec_previous')).status).toBe(204);
  });
});

describe('a forged or replayed webhook', () => {
  const forgeries = (body: string): [string, Record<string, string>, string][] => {
    const good = signatureOf(body, WEBHOOK_SECRET);
    const old = Date.now() - 301_000;
    return [
      ['without a signature', {}, body],
      ['with an empty one', { 'stripe-signature': '' }, body],
      ['with nonsense', { 'stripe-signature': 't=x,v1=y' }, body],
      ['with another secret', { 'stripe-signature': signatureOf(body, 'whsec_other') }, body],
      ['with a changed body', { 'stripe-signature': good }, body.replace('evt_', 'evt-')],
      ['with a changed time', { 'stripe-signature': good.replace(/t=\d/, 't=9') }, body],
      ['with the scheme v0 only', { 'stripe-signature': good.replace('v1=', 'v0=') }, body],
      ['that was recorded', { 'stripe-signature': signatureOf(body, WEBHOOK_SECRET, old) }, body],
      ['without a body', { 'stripe-signature': good }, ''],
      ['signed, but no JSON', { 'stripe-signature': signatureOf('{', WEBHOOK_SECRET) }, '{'],
    ];
  };

  it('is refused, and nothing is asked or changed', async () => {
    const { body: order } = await checkout('pm_card_authenticationRequired');
    stripe.intents.authenticate(intentOf(order.order_id), true);
    const { body } = stripe.webhookOf(intentOf(order.order_id), WEBHOOK_SECRET);
    const { length: asked } = stripe.requests;
    for (const [how, headers, text] of forgeries(body)) {
      const answer = await post(text, headers);
      expect([how, answer.status, answer.body.code]).toEqual([how, 400, 'webhook-forged']);
    }
    expect(stripe.requests).toHaveLength(asked);
    expect(await statusOf(order.order_id)).toBe('pending_payment');
  });

  it('for another provider has no address', async () => {
    expect((await post('{}', {}, 'test')).status).toBe(404);
    expect((await post('{}', {}, '../stripe')).status).toBe(404);
  });

  it('over 256 KiB is refused', async () => {
    expect((await post('x'.repeat(300_000), {})).status).toBe(413);
  });

  it.each([
    { type: 'charge.succeeded', data: { object: { metadata: {} } } },
    { type: 'payment_intent.succeeded', data: { object: { metadata: {} } } },
    { type: 'payment_intent.succeeded', data: { object: { metadata: { order_id: "'" } } } },
    {
      type: 'payment_intent.succeeded',
      data: { object: { metadata: { order_id: crypto.randomUUID(), customer_id: 'nobody' } } },
    },
    { type: 'payment_intent.succeeded', data: {} },
    { type: 'payment_intent.succeeded', data: { object: null } },
  ])('genuine, but about nothing of ours, is taken: %j', async (event) => {
    const body = JSON.stringify({ id: 'evt_1', object: 'event', ...event });
    const headers = { 'stripe-signature': signatureOf(body, WEBHOOK_SECRET) };
    expect((await post(body, headers)).status).toBe(204);
  });
});

it('tells the page who takes the money', async () => {
  const settings = await shop.call({ method: 'GET', url: '/api/v1/payments/settings' });
  expect(settings.body).toEqual({
    provider: 'stripe',
    publishable_key: 'pk_test_double',
    capture_method: 'automatic',
  });
});
