import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  PaymentRejected,
  type PaymentRequest,
} from '../../../src/modules/payments/payment-provider.ts';
import { createStripeProvider } from '../../../src/modules/payments/stripe/create-stripe-provider.ts';
import { StripeDouble } from '../../../test-support/stripe-double/stripe-double.ts';
import { stripeOn } from '../../../test-support/stripe-double/stripe-shop.ts';

let stripe: StripeDouble;
beforeAll(async () => {
  stripe = await StripeDouble.start();
});
afterAll(() => stripe[Symbol.asyncDispose]());

const newRequest = (
  paymentMethod: string,
  changes: Partial<PaymentRequest> = {},
): PaymentRequest => ({
  customerId: 'guest_ann',
  orderId: crypto.randomUUID(),
  attempt: 1,
  amountMinor: 2595,
  currency: 'USD',
  reference: null,
  placedAt: new Date(),
  paymentMethod,
  ...changes,
});
const never = new AbortController().signal;
const intentOf = ({ orderId }: PaymentRequest) => {
  const found = [...stripe.intents.all.values()].filter(
    (each) => each.metadata.order_id === orderId,
  );
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0];
};

describe('an authorization', () => {
  it.each([
    ['pm_card_visa', 'automatic', 'captured', 'captured'],
    ['ctoken_pm_card_visa', 'automatic', 'captured', 'captured'],
    ['pm_card_visa', 'manual', 'authorized', 'authorized'],
    ['pm_card_authenticationRequired', 'automatic', 'requires-action', 'requires-action'],
    ['pm_card_processing', 'automatic', 'pending', 'pending'],
    ['pm_card_chargeDeclined', 'automatic', 'declined', 'declined'],
    ['pm_unknown', 'automatic', 'declined', undefined],
  ] as const)('with %s and capture %s is %s', async (method, captureMethod, kind, found) => {
    const payments = stripeOn(stripe, { captureMethod });
    const request = newRequest(method);
    expect((await payments.authorize(request, never)).kind).toBe(kind);
    expect((await payments.find(request))?.kind).toBe(found);
    expect(intentOf(request)?.metadata).toEqual({
      order_id: request.orderId,
      attempt: '1',
      customer_id: 'guest_ann',
    });
  });

  it.each([
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'Your card has insufficient funds.', false],
    [
      'pm_card_chargeDeclinedProcessingError',
      'An error occurred while processing your card. Try again in a little bit.',
      true,
    ],
  ])(
    'with %s tells the customer why, and whether to try again',
    async (method, reason, isRetryable) => {
      const outcome = await stripeOn(stripe).authorize(newRequest(method), never);
      expect(outcome).toEqual({ kind: 'declined', reason, isRetryable });
    },
  );

  it('is in Stripe’s own units of the currency', async () => {
    const request = newRequest('pm_card_visa', { currency: 'ISK', amountMinor: 500 });
    await stripeOn(stripe).authorize(request, never);
    expect(intentOf(request)).toMatchObject({ amount: 50_000, currency: 'isk' });
  });

  it('of nothing asks nobody', async () => {
    const request = newRequest('pm_card_visa', { amountMinor: 0 });
    const payments = stripeOn(stripe);
    expect((await payments.authorize(request, never)).kind).toBe('captured');
    expect((await payments.find(request))?.kind).toBe('captured');
    expect(intentOf(request)).toBeUndefined();
  });
});

describe('an authorization that fails', () => {
  it.each([
    ['request-lost', 'payment_intents$'],
    ['answer-lost', 'payment_intents$'],
    ['answer-500', 'payment_intents$'],
    ['refused-401', 'payment_intents$'],
    ['refused-401', 'confirm$'],
  ] as const)('whose %s at %s is surely none', async (kind, path) => {
    stripe.fail(new RegExp(path), kind, 1);
    const request = newRequest('pm_card_visa');
    const payments = stripeOn(stripe);
    await expect(payments.authorize(request, never)).rejects.toThrow(PaymentRejected);
    expect(await payments.find(request)).toBeUndefined();
    expect(stripe.chargesOf(request.orderId)).toEqual([]);
  });

  it.each([
    ['request-lost', undefined],
    ['answer-lost', 'captured'],
    ['answer-500', 'captured'],
  ] as const)('whose %s at the confirmation nobody knows, and find tells', async (kind, found) => {
    stripe.fail(/confirm$/, kind, 1);
    const request = newRequest('pm_card_visa');
    const payments = stripeOn(stripe);
    const error = await payments.authorize(request, never).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(PaymentRejected);
    expect((await payments.find(request))?.kind).toBe(found);
  });

  it('that takes too long rejects with the signal’s reason', async () => {
    stripe.onAnswer = async (path) => {
      if (path.endsWith('confirm')) await new Promise((resolve) => setTimeout(resolve, 200));
    };
    const payments = stripeOn(stripe);
    const signal = AbortSignal.timeout(50);
    const error = await payments
      .authorize(newRequest('pm_card_visa'), signal)
      .catch((caught: unknown) => caught);
    expect(error).toBe(signal.reason);
    stripe.onAnswer = async () => {};
  });

  it('is tried again by the SDK after a lost connection, and charges once', async () => {
    const payments = createStripeProvider({
      secretKey: 'sk_test_double',
      publishableKey: 'pk_test_double',
      captureMethod: 'automatic',
      webhookSecrets: [],
      apiBase: stripe.url,
      timeoutMs: 5000,
    });
    stripe.fail(/confirm$/, 'answer-lost', 2);
    const request = newRequest('pm_card_visa');
    expect((await payments.authorize(request, never)).kind).toBe('captured');
    expect(stripe.chargesOf(request.orderId)).toEqual([2595]);
  }, 20_000);
});

describe('a voided payment', () => {
  it.each(['automatic', 'manual'] as const)(
    'with capture %s has taken nothing',
    async (captureMethod) => {
      const payments = stripeOn(stripe, { captureMethod });
      const request = newRequest('pm_card_visa');
      await payments.authorize(request, never);
      for (let time = 1; time <= 2; time += 1) await payments.void(request);
      expect(stripe.chargesOf(request.orderId)).toEqual([]);
      expect(
        stripe.intents.refunds.filter(({ payment_intent: id }) => id === intentOf(request)?.id),
      ).toHaveLength(captureMethod === 'automatic' ? 1 : 0);
    },
  );

  it('refuses a confirmation that arrives later', async () => {
    const payments = stripeOn(stripe);
    const request = newRequest('pm_card_visa');
    await payments.void(request);
    await expect(payments.authorize(request, never)).rejects.toThrow(PaymentRejected);
    expect(stripe.chargesOf(request.orderId)).toEqual([]);
  });

  it('that is still being decided stays unknown, so that it is voided later', async () => {
    const payments = stripeOn(stripe);
    const request = newRequest('pm_card_processing');
    await payments.authorize(request, never);
    await expect(payments.void(request)).rejects.toThrow('processing');
  });
});

describe('a capture and a refund', () => {
  it('are done once, however often their answers are lost', async () => {
    const payments = stripeOn(stripe, { captureMethod: 'manual' });
    const request = newRequest('pm_card_visa');
    await payments.authorize(request, never);
    stripe.fail(/capture$/, 'answer-lost', 1);
    await expect(payments.capture(request)).rejects.toThrow();
    expect((await payments.capture(request)).kind).toBe('captured');
    stripe.fail(/refunds$/, 'answer-lost', 2);
    const refund = { key: 'r1', amountMinor: 1000 };
    await expect(payments.refund(request, refund)).rejects.toThrow();
    await expect(payments.refund(request, refund)).rejects.toThrow();
    expect((await payments.refund(request, refund)).kind).toBe('refunded');
    expect(stripe.chargesOf(request.orderId)).toEqual([1595]);
  });

  it('never give back more than was taken', async () => {
    const payments = stripeOn(stripe);
    const request = newRequest('pm_card_visa');
    await payments.authorize(request, never);
    expect((await payments.refund(request, { key: 'a', amountMinor: 2000 })).kind).toBe('refunded');
    expect((await payments.refund(request, { key: 'b', amountMinor: 2000 })).kind).toBe('failed');
    expect((await payments.refund(request, { key: 'c', amountMinor: 595 })).kind).toBe('refunded');
    expect(stripe.chargesOf(request.orderId)).toEqual([]);
  });
});

it('finds a payment by its order after Stripe has forgotten the key', async () => {
  const payments = stripeOn(stripe);
  const request = newRequest('pm_card_visa');
  await payments.authorize(request, never);
  const old = { ...request, placedAt: new Date(Date.now() - 48 * 3600 * 1000) };
  expect((await payments.find(old))?.kind).toBe('captured');
  expect(await payments.find({ ...old, orderId: crypto.randomUUID() })).toBeUndefined();
});
