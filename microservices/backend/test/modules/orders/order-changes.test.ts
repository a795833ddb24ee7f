import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runPaymentTasks } from '../../../src/modules/orders/lifecycle/payment-tasks.ts';
import { type ChangedShop, createChangedShop } from '../../../test-support/changed-shop.ts';
import { expectReplay } from '../../../test-support/keyed-requests.ts';
import { paidOrder, payOrder, placedOrder } from '../../../test-support/paid-orders.ts';
import { onBehalfOfTests, type TestApp } from '../../../test-support/test-app.ts';

let changed: ChangedShop;
let shop: TestApp;
beforeAll(async () => {
  changed = await createChangedShop();
  shop = changed.shop;
});
afterAll(() => changed[Symbol.asyncDispose]());
beforeEach(async () => {
  vi.restoreAllMocks();
  await changed.reset();
});

const eventsOf = (body: { history: { event: string; actor: string }[] }) =>
  body.history.map(({ event, actor }) => `${event} by ${actor}`);

describe('a customer cancels', () => {
  it('an order that is paid: its units are free, and its authorization is voided', async () => {
    const shopper = await shop.newShopper();
    const { orderId } = await paidOrder(shop, shopper, { mug: 2, pan: 1 });
    const voided = vi.spyOn(shop.payments, 'void');
    const { status, body } = await shopper.call('POST', `/orders/${orderId}/cancel`);
    expect([status, body.status, body.payment.status]).toEqual([200, 'cancelled', 'voided']);
    expect(body.can_cancel).toBe(false);
    expect(eventsOf(body)).toEqual([
      'pending_payment by customer',
      'paid by provider',
      'cancelled by customer',
      'voided by provider',
    ]);
    expect(voided).toHaveBeenCalledTimes(1);
    expect(await changed.stockOf('mug')).toEqual({ on_hand: 100, held: 0, sold: 0 });
    expect(await changed.tasks()).toEqual([]);
  });

  it('an order that was captured: all of it is refunded', async () => {
    const shopper = await shop.newShopper();
    const { orderId } = await paidOrder(shop, shopper, { mug: 2 }, 'captured');
    const { body } = await shopper.call('POST', `/orders/${orderId}/cancel`);
    expect([body.status, body.payment.status, body.refunded]).toEqual([
      'cancelled',
      'refunded',
      44,
    ]);
    expect(body.refunds).toMatchObject([{ amount: 44, status: 'succeeded', lines: [] }]);
    expect(Object.values(shop.payments.authorized.get(orderId)?.refunds ?? {})).toEqual([4400]);
  });

  it('an order that waits for its payment: what arrives late is voided by the worker', async () => {
    const shopper = await shop.newShopper();
    const draft = await placedOrder(shop, shopper, { mug: 2 });
    const { orderId, customerId } = draft;
    const { body } = await shopper.call('POST', `/orders/${orderId}/cancel`);
    expect([body.status, body.payment.status]).toEqual(['cancelled', 'pending']);
    expect(await changed.stockOf('mug')).toEqual({ on_hand: 100, held: 0, sold: 0 });
    expect(await payOrder(shop, draft)).toBe(false);
    const voided = vi.spyOn(shop.payments, 'void');
    await changed.reconcile(customerId);
    expect(voided).toHaveBeenCalledTimes(1);
    expect(await changed.tasks()).toEqual([{ kind: 'void' }]);
    await shop.sql("update payment_tasks set open_until = now() - interval '1 second'");
    await changed.reconcile(customerId);
    expect(await changed.tasks()).toEqual([]);
    const after = await shopper.call('GET', `/orders/${orderId}`);
    expect(after.body.payment.status).toBe('voided');
    await placedOrder(shop, shopper, {});
  });

  it('once, and gets the same response again', async () => {
    const shopper = await shop.newShopper();
    const { orderId } = await paidOrder(shop, shopper, { mug: 1 });
    const key = { 'idempotency-key': 'cancel-1' };
    const first = await shopper.call('POST', `/orders/${orderId}/cancel`, undefined, key);
    expectReplay(await shopper.call('POST', `/orders/${orderId}/cancel`, undefined, key), first);
    const other = await shopper.call('POST', `/orders/${orderId}/cancel`);
    expect([other.status, other.body.history.length]).toEqual([200, 4]);
  });

  it('never what has been sent, and never the order of somebody else', async () => {
    const shopper = await shop.newShopper();
    const { orderId } = await paidOrder(shop, shopper, { mug: 2 });
    const stranger = await (await shop.newShopper()).call('POST', `/orders/${orderId}/cancel`);
    expect([stranger.status, stranger.body.code]).toEqual([404, 'order-not-found']);
    const lines = [{ product_id: 'mug', quantity: 1 }];
    expect((await changed.act(orderId, 'fulfilments', { lines })).status).toBe(200);
    const key = { 'idempotency-key': 'cancel-1' };
    const late = await shopper.call('POST', `/orders/${orderId}/cancel`, undefined, key);
    expect([late.status, late.body.code]).toEqual([409, 'order-not-cancellable']);
    expectReplay(await shopper.call('POST', `/orders/${orderId}/cancel`, undefined, key), late);
  });
});

describe('staff send an order', () => {
  it('in parts: the payment is captured first, and no unit leaves twice', async () => {
    const shopper = await shop.newShopper();
    const { orderId } = await paidOrder(shop, shopper, { mug: 3, pan: 1 });
    const first = await changed.act(orderId, 'fulfilments', {
      carrier: 'Post',
      tracking_number: 'RR 1',
      tracking_url: 'https://post.example/RR1',
      lines: [{ product_id: 'mug', quantity: 2 }],
    });
    expect([first.status, first.body.status, first.body.payment.status]).toEqual([
      200,
      'partly_fulfilled',
      'captured',
    ]);
    const many = await changed.act(orderId, 'fulfilments', {
      lines: [{ product_id: 'mug', quantity: 2 }],
    });
    expect([many.status, many.body.code]).toEqual([409, 'units-unavailable']);
    const rest = await changed.act(orderId, 'fulfilments');
    expect(rest.body.status).toBe('fulfilled');
    expect(rest.body.fulfilments).toMatchObject([
      { carrier: 'Post', tracking_number: 'RR 1', items: [{ product_id: 'mug', quantity: 2 }] },
      {
        carrier: null,
        items: [
          { product_id: 'mug', quantity: 1 },
          { product_id: 'pan', quantity: 1 },
        ],
      },
    ]);
    const again = await changed.act(orderId, 'fulfilments');
    expect([again.status, again.body.code]).toEqual([409, 'order-not-fulfillable']);
    const delivered = await changed.act(orderId, 'deliver', { reason: 'The carrier says so.' });
    expect(delivered.body.status).toBe('delivered');
    expect(delivered.body.fulfilments[0].delivered_at).not.toBeNull();
    expect(delivered.body.history.at(-1)).toMatchObject({
      event: 'delivered',
      actor: 'staff',
      actor_id: 'ann',
      reason: 'The carrier says so.',
    });
    const seen = await shopper.call('GET', `/orders/${orderId}`);
    expect(seen.body.history.at(-1)).toMatchObject({ event: 'delivered', reason: null });
    expect(seen.text).not.toContain('ann');
  });

  it('once for each key, also in two parts of the same content', async () => {
    const { orderId } = await paidOrder(shop, await shop.newShopper(), { mug: 4 });
    const body = { lines: [{ product_id: 'mug', quantity: 1 }] };
    const key = { 'idempotency-key': 'parcel-1' };
    const first = await changed.act(orderId, 'fulfilments', body, key);
    expectReplay(await changed.act(orderId, 'fulfilments', body, key), first);
    expect((await changed.act(orderId, 'fulfilments', {}, key)).status).toBe(422);
    const second = await changed.act(orderId, 'fulfilments', body, {
      'idempotency-key': 'parcel-2',
    });
    expect(second.body.units).toMatchObject([{ product_id: 'mug', ordered: 4, fulfilled: 2 }]);
  });

  it('not while the payment cannot be captured', async () => {
    const { orderId } = await paidOrder(shop, await shop.newShopper(), { mug: 1 });
    vi.spyOn(shop.payments, 'capture').mockResolvedValueOnce({
      kind: 'declined',
      reason: 'The authorization has expired.',
      isRetryable: false,
    });
    const key = { 'idempotency-key': 'parcel-1' };
    const declined = await changed.act(orderId, 'fulfilments', {}, key);
    expect([declined.status, declined.body.code]).toEqual([409, 'payment-not-captured']);
    const { body } = await changed.staff.call('GET', `/admin/orders/${orderId}`);
    expect(body.history.at(-1)).toMatchObject({
      event: 'capture_failed',
      reason: 'The authorization has expired.',
    });
    expect(body.units[0].fulfilled).toBe(0);
    expect((await changed.act(orderId, 'fulfilments', {}, key)).body.status).toBe('fulfilled');
  });

  it('later if the answer to the capture is lost; meanwhile nobody cancels it', async () => {
    const shopper = await shop.newShopper();
    const { orderId, customerId } = await paidOrder(shop, shopper, { mug: 1 });
    const capture = vi.spyOn(shop.payments, 'capture').mockRejectedValue(new Error('lost'));
    const lost = await changed.act(orderId, 'fulfilments');
    expect([lost.status, lost.body.code]).toEqual([409, 'payment-pending']);
    const cancelled = await shopper.call('POST', `/orders/${orderId}/cancel`);
    expect([cancelled.status, cancelled.body.code]).toEqual([409, 'payment-pending']);
    capture.mockRestore();
    await changed.reconcile(customerId);
    const { body } = await shopper.call('GET', `/orders/${orderId}`);
    expect([body.status, body.payment.status]).toEqual(['paid', 'captured']);
    expect((await changed.act(orderId, 'fulfilments')).body.status).toBe('fulfilled');
  });
});

it('a late answer to a capture does not end the void that has followed it', async () => {
  const shopper = await shop.newShopper();
  const { orderId, customerId } = await paidOrder(shop, shopper, { mug: 1 });
  const reason = 'The authorization has expired.';
  const declined = { kind: 'declined', reason, isRetryable: false } as const;
  let answerLate = () => {};
  const late = new Promise<typeof declined>((resolve) => {
    answerLate = () => resolve(declined);
  });
  const capture = vi.spyOn(shop.payments, 'capture');
  capture.mockRejectedValueOnce(new Error('lost'));
  expect((await changed.act(orderId, 'fulfilments')).body.code).toBe('payment-pending');
  capture.mockReturnValueOnce(late).mockResolvedValueOnce(declined);
  const patient = { payments: shop.payments, paymentTimeoutMs: 60_000 };
  const database = onBehalfOfTests(shop.context.pool);
  const capturing = runPaymentTasks(database, patient, { customerId, orderId });
  await vi.waitFor(() => expect(capture).toHaveBeenCalledTimes(2));
  vi.spyOn(shop.payments, 'void').mockRejectedValueOnce(new Error('lost'));
  const cancelled = await shopper.call('POST', `/orders/${orderId}/cancel`);
  expect([cancelled.status, cancelled.body.status]).toEqual([200, 'cancelled']);
  answerLate();
  await capturing;
  expect(await changed.tasks()).toEqual([{ kind: 'void' }]);
  await changed.reconcile(customerId);
  const { body } = await shopper.call('GET', `/orders/${orderId}`);
  expect(body.payment.status).toBe('voided');
});

it('of a cancellation and a parcel at the same time one wins, and units and money are right', async () => {
  await using twin = await shop.twin();
  for (let round = 0; round < 8; round += 1) {
    const shopper = await shop.newShopper();
    const { orderId } = await paidOrder(shop, shopper, { mug: 2 });
    const [cancelled, sent] = await Promise.all([
      twin.as(shopper).call('POST', `/orders/${orderId}/cancel`),
      changed.act(orderId, 'fulfilments'),
    ]);
    const { body } = await shopper.call('GET', `/orders/${orderId}`);
    const [unit] = body.units;
    if (body.status === 'cancelled') {
      expect(sent.status).toBe(409);
      expect(unit).toMatchObject({ fulfilled: 0, cancelled: 2 });
      expect(['voided', 'refunded']).toContain(body.payment.status);
    } else {
      expect(cancelled.status).toBe(409);
      expect(body.status).toBe('fulfilled');
      expect(unit).toMatchObject({ fulfilled: 2, cancelled: 0 });
      expect(body.payment.status).toBe('captured');
    }
  }
});
