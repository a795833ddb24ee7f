import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ChangedShop, createChangedShop } from '../../../test-support/changed-shop.ts';
import { expectReplay } from '../../../test-support/keyed-requests.ts';
import { paidOrder, placedOrder } from '../../../test-support/paid-orders.ts';
import type { TestApp } from '../../../test-support/test-app.ts';

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

describe('staff refund', () => {
  it('in parts, never more than was captured', async () => {
    const { orderId } = await paidOrder(shop, await shop.newShopper(), { mug: 2 }, 'captured');
    await changed.act(orderId, 'fulfilments');
    const part = await changed.act(orderId, 'refunds', { amount: 14, reason: 'A scratch' });
    expect([part.body.status, part.body.payment.status]).toEqual(['fulfilled', 'partly_refunded']);
    const much = await changed.act(orderId, 'refunds', { amount: 30.01 });
    expect([much.status, much.body.code]).toEqual([409, 'refund-limit']);
    const rest = await changed.act(orderId, 'refunds');
    expect([rest.body.payment.status, rest.body.refunded]).toEqual(['refunded', 44]);
    expect((await changed.act(orderId, 'refunds')).body.code).toBe('refund-limit');
  });

  it('units: those that came back are sold again, those that cannot leave are taken off', async () => {
    const { orderId } = await paidOrder(shop, await shop.newShopper(), { mug: 3 }, 'captured');
    await changed.act(orderId, 'fulfilments', { lines: [{ product_id: 'mug', quantity: 2 }] });
    const line = { product_id: 'mug', quantity: 1 };
    const { body } = await changed.act(orderId, 'refunds', {
      amount: 44,
      lines: [
        { ...line, units: 'returned', restock: true },
        { ...line, units: 'unsent', restock: false },
      ],
    });
    expect([body.status, body.payment.status]).toEqual(['fulfilled', 'partly_refunded']);
    expect(body.units).toEqual([
      { product_id: 'mug', ordered: 3, fulfilled: 2, cancelled: 1, returned: 1 },
    ]);
    expect(await changed.stockOf('mug')).toEqual({ on_hand: 98, held: 0, sold: 2 });
    const more = { lines: [{ product_id: 'mug', quantity: 2, units: 'returned', restock: true }] };
    expect((await changed.act(orderId, 'refunds', { amount: 1, ...more })).body.code).toBe(
      'units-unavailable',
    );
  });

  it('nothing of an order whose payment is only authorized', async () => {
    const { orderId } = await paidOrder(shop, await shop.newShopper(), { mug: 1 });
    expect((await changed.act(orderId, 'refunds')).body.code).toBe('payment-not-captured');
    const waiting = await placedOrder(shop, await shop.newShopper(), { mug: 1 });
    expect((await changed.act(waiting.orderId, 'refunds')).body.code).toBe('payment-not-captured');
  });

  it('once, when the answer is lost: the worker repeats it under the same key', async () => {
    const shopper = await shop.newShopper();
    const { orderId, customerId } = await paidOrder(shop, shopper, { mug: 2 }, 'captured');
    const refund = vi.spyOn(shop.payments, 'refund').mockRejectedValueOnce(new Error('lost'));
    const key = { 'idempotency-key': 'refund-1' };
    const first = await changed.act(orderId, 'refunds', { amount: 10 }, key);
    expect(first.body.refunds).toMatchObject([{ amount: 10, status: 'pending' }]);
    expect(first.body.payment.status).toBe('captured');
    expectReplay(await changed.act(orderId, 'refunds', { amount: 10 }, key), first);
    expect((await changed.act(orderId, 'refunds', { amount: 34.01 })).body.code).toBe(
      'refund-limit',
    );
    await changed.reconcile(customerId);
    await changed.reconcile(customerId);
    const { body } = await shopper.call('GET', `/orders/${orderId}`);
    expect([body.payment.status, body.refunded]).toEqual(['partly_refunded', 10]);
    expect(new Set(refund.mock.calls.map(([, { key: name }]) => name)).size).toBe(1);
    expect(refund).toHaveBeenCalledTimes(2);
  });

  it('and may do so again if the provider has refused', async () => {
    const { orderId } = await paidOrder(shop, await shop.newShopper(), { mug: 1 }, 'captured');
    vi.spyOn(shop.payments, 'refund').mockResolvedValueOnce({ kind: 'failed', reason: 'Closed' });
    const failed = await changed.act(orderId, 'refunds');
    expect(failed.body.refunds).toMatchObject([{ status: 'failed', failure: 'Closed' }]);
    expect(failed.body.payment.status).toBe('captured');
    expect((await changed.act(orderId, 'refunds')).body.payment.status).toBe('refunded');
  });

  it('finishes for a repeated request what an ended process has begun', async () => {
    const { orderId } = await paidOrder(shop, await shop.newShopper(), { mug: 1 }, 'captured');
    const key = { 'idempotency-key': 'refund-1' };
    const refund = vi.spyOn(shop.payments, 'refund');
    await changed.act(orderId, 'refunds', {}, key);
    // As if the process had ended before it stored the response and heard the provider's answer.
    await shop.sql(
      `update idempotency_keys set status = null, headers = null, body = null, order_id = $1
       where key like 'staff%'`,
      [orderId],
    );
    const again = await changed.act(orderId, 'refunds', {}, key);
    expect([again.status, again.body.refunds.length]).toEqual([200, 1]);
    expect(refund).toHaveBeenCalledTimes(1);
    expectReplay(await changed.act(orderId, 'refunds', {}, key), again);
  });
});

it('an order of the previous release is sent, refunded and cancelled like any other', async () => {
  const shopper = await shop.newShopper();
  const older = async (status: 'authorized' | 'captured') => {
    const { orderId } = await paidOrder(shop, shopper, { mug: 1 }, status);
    await shop.sql('delete from payments where order_id = $1', [orderId]);
    await shop.sql(
      "update orders set status = 'confirmed', payment_status = $2 where order_id = $1",
      [orderId, status],
    );
    return orderId;
  };
  expect((await changed.act(await older('authorized'), 'fulfilments')).body.status).toBe(
    'fulfilled',
  );
  const cancelled = await shopper.call('POST', `/orders/${await older('authorized')}/cancel`);
  expect([cancelled.body.status, cancelled.body.payment.status]).toEqual(['cancelled', 'voided']);
  expect((await changed.act(await older('captured'), 'refunds')).body.payment.status).toBe(
    'refunded',
  );
});
