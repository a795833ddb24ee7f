import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toConfig } from '../../../src/config/config.ts';
import { readEnvironment } from '../../../src/config/read-environment.ts';
import type { PaymentRequest } from '../../../src/modules/payments/payment-provider.ts';
import { TableLedger } from '../../../src/modules/payments/test-ledger/table-ledger.ts';
import { MemoryLedger } from '../../../src/modules/payments/test-ledger/test-ledger.ts';
import { TestPaymentProvider } from '../../../src/modules/payments/test-payment-provider.ts';
import { createTestDatabase } from '../../../test-support/test-app.ts';

const requestOf = (orderId: string, paymentMethod: string): PaymentRequest => ({
  customerId: 'ann',
  orderId,
  attempt: 1,
  amountMinor: 500,
  currency: 'USD',
  reference: null,
  placedAt: new Date(),
  paymentMethod,
});
const { signal } = new AbortController();

it('keeps only the newest authorizations in memory, however long it runs', async () => {
  const payments = new TestPaymentProvider();
  for (let n = 0; n < 5000; n += 1) {
    await payments.authorize(requestOf(`${n}`, 'pm_test_approve'), signal);
  }
  expect([...payments.authorized.keys()]).toEqual(
    Array.from({ length: 1000 }, (_, n) => `${4000 + n}`),
  );
});

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.appUrl });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const config = toConfig(readEnvironment({ DATABASE_URL: 'postgres://x', CARTHUB_AUTH: 'off' }));

describe.each([
  ['memory', () => new MemoryLedger()],
  ['a table', () => new TableLedger(pool, config.database)],
])('the test provider with its books in %s', (_where, newLedger) => {
  const newRequest = (method: string) => requestOf(crypto.randomUUID(), `pm_test_${method}`);

  it.each([
    ['approve', 'authorized', 'authorized'],
    ['capture', 'captured', 'captured'],
    ['decline', 'declined', undefined],
    ['authenticate', 'requires-action', 'requires-action'],
    ['webhook_late', 'pending', 'pending'],
  ])('answers %s with %s, and so does a second request', async (method, answer, found) => {
    const payments = new TestPaymentProvider(newLedger());
    const request = newRequest(method);
    for (let time = 1; time <= 2; time += 1) {
      expect((await payments.authorize(request, signal)).kind).toBe(answer);
      expect((await payments.find(request))?.kind).toBe(found);
    }
  });

  it('authorizes after the customer has proved who they are, and never before', async () => {
    const payments = new TestPaymentProvider(newLedger());
    const request = newRequest('authenticate');
    await payments.authorize(request, signal);
    expect((await payments.find(request))?.kind).toBe('requires-action');
    expect((await payments.confirm(request))?.kind).toBe('authorized');
    const failing = newRequest('authenticate_fail');
    await payments.authorize(failing, signal);
    expect((await payments.confirm(failing))?.kind).toBe('declined');
  });

  it('has the payment whose answer was lost', async () => {
    const payments = new TestPaymentProvider(newLedger());
    const request = newRequest('answer_lost');
    await expect(payments.authorize(request, signal)).rejects.toThrow('lost');
    expect((await payments.find(request))?.kind).toBe('captured');
  });

  it('refuses what arrives after it was voided', async () => {
    const payments = new TestPaymentProvider(newLedger());
    const request = newRequest('approve');
    await payments.void(request);
    expect((await payments.authorize(request, signal)).kind).toBe('declined');
    expect(await payments.find(request)).toBeUndefined();
  });

  it('refunds once per key, and never more than was taken, to all who ask at once', async () => {
    const payments = new TestPaymentProvider(newLedger());
    const request = newRequest('approve');
    await payments.authorize(request, signal);
    expect((await payments.refund(request, { key: 'early', amountMinor: 1 })).kind).toBe('failed');
    expect((await payments.capture(request)).kind).toBe('captured');
    const keys = ['a', 'a', 'b', 'c', 'd', 'a', 'b'];
    const outcomes = await Promise.all(
      keys.map((key) => payments.refund(request, { key, amountMinor: 200 })),
    );
    const refunded = new Set(keys.filter((_, index) => outcomes[index]?.kind === 'refunded'));
    expect(refunded.size).toBe(2);
    for (const [index, key] of keys.entries()) {
      expect(outcomes[index]?.kind).toBe(refunded.has(key) ? 'refunded' : 'failed');
    }
  });
});

it('takes webhooks of its own only', async () => {
  const payments = new TestPaymentProvider();
  const sent: Parameters<TestPaymentProvider['parseWebhook']>[0][] = [];
  payments.connect(async (webhook) => void sent.push(webhook));
  const request = requestOf(crypto.randomUUID(), 'pm_test_webhook_first');
  await payments.authorize(request, signal);
  const [webhook] = sent;
  if (!webhook) throw new Error('no webhook was sent');
  const { orderId, customerId } = request;
  expect(payments.parseWebhook(webhook)).toEqual({ kind: 'payment', orderId, customerId });
  const changed = { ...webhook, body: Buffer.from(`${webhook.body} `) };
  expect(payments.parseWebhook(changed)).toEqual({ kind: 'forged' });
  expect(payments.parseWebhook({ ...webhook, headers: {} })).toEqual({ kind: 'forged' });
});
