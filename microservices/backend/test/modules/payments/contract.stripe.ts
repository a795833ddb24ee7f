/** Our requests by Stripe's own OpenAPI description, which stripe-mock checks them against. It remembers nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PaymentRequest } from '../../../src/modules/payments/payment-provider.ts';
import {
  type ForeignDouble,
  startForeignDouble,
} from '../../../test-support/stripe-double/foreign-double.ts';
import { stripeOn } from '../../../test-support/stripe-double/stripe-shop.ts';

let stripe: ForeignDouble;
beforeAll(async () => {
  const ports = (port: number) => ['-http-addr', `127.0.0.1:${port}`];
  stripe = await startForeignDouble(process.env.STRIPE_MOCK ?? 'stripe-mock', ports);
});
afterAll(() => stripe[Symbol.asyncDispose]());

const newRequest = (changes: Partial<PaymentRequest> = {}): PaymentRequest => ({
  customerId: 'guest_ann',
  orderId: crypto.randomUUID(),
  attempt: 1,
  amountMinor: 2595,
  currency: 'USD',
  reference: null,
  placedAt: new Date(),
  paymentMethod: 'pm_card_visa',
  ...changes,
});
const DAYS_AGO = new Date(Date.now() - 3 * 24 * 3600 * 1000);

/** Each request that was sent, with the status of its answer. */
async function requestsOf(act: (payments: ReturnType<typeof stripeOn>) => Promise<unknown>) {
  const requests: string[] = [];
  const watched: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const path = new URL(String(input)).pathname.replace(/pi_\w+/, 'ID');
    requests.push(`${init?.method} ${path} ${response.status}`);
    return response;
  };
  // What the examples that it answers with mean is not the point.
  await act(stripeOn(stripe, { fetch: watched })).catch(() => {});
  return requests;
}

const never = new AbortController().signal;

it.each([
  [{}],
  [{ paymentMethod: 'ctoken_1' }],
  [{ currency: 'JPY', amountMinor: 500 }],
  [{ currency: 'ISK', amountMinor: 500 }],
  [{ currency: 'KWD', amountMinor: 5120 }],
])('an authorization with %j fits the description', async (changes) => {
  const request = newRequest(changes);
  expect(await requestsOf((payments) => payments.authorize(request, never))).toEqual([
    'POST /v1/payment_intents 200',
    'POST /v1/payment_intents/ID/confirm 200',
  ]);
});

it('finding, capturing, voiding, refunding and searching fit the description', async () => {
  const request = newRequest();
  const known = newRequest({ reference: 'pi_1' });
  expect(await requestsOf((payments) => payments.find(request))).toEqual([
    'POST /v1/payment_intents 200',
    'GET /v1/payment_intents/ID 200',
  ]);
  expect(await requestsOf((payments) => payments.capture(known))).toEqual([
    'GET /v1/payment_intents/ID 200',
    'POST /v1/payment_intents/ID/capture 200',
  ]);
  expect(await requestsOf((payments) => payments.void(known))).toEqual([
    'GET /v1/payment_intents/ID 200',
    'POST /v1/payment_intents/ID/cancel 200',
  ]);
  const refund = { key: 'r1', amountMinor: 100 };
  expect(await requestsOf((payments) => payments.refund(known, refund))).toEqual([
    'GET /v1/payment_intents/ID 200',
    'GET /v1/refunds 200',
    'POST /v1/refunds 200',
  ]);
  const old = newRequest({ placedAt: DAYS_AGO });
  expect(await requestsOf((payments) => payments.find(old))).toEqual([
    'GET /v1/payment_intents/search 200',
  ]);
});

it('a request that does not fit is refused, so that the others mean something', async () => {
  const response = await fetch(`${stripe.url}/v1/payment_intents`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer sk_test_123',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'amount=1&currency=usd&unknown=1',
  });
  expect(response.status).toBe(400);
});
