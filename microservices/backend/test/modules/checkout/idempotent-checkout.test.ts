import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  add,
  checkout,
  expectReplay,
  idempotentRequest,
  read,
} from '../../../test-support/keyed-requests.ts';
import { createTestApp, type Shopper, type TestApp } from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  for (const id of ['a', 'b', 'c']) await shop.addProduct(id, { price: '2.50' });
});
afterAll(() => shop[Symbol.asyncDispose]());

const keysOf = ({ customerId }: Shopper) =>
  shop.sql('select key, status from idempotency_keys where customer_id = $1 order by key', [
    customerId,
  ]);
const ordersOf = ({ customerId }: Shopper) =>
  shop.sql<{ order_id: string }>('select order_id from orders where customer_id = $1', [
    customerId,
  ]);

const ready = async () => {
  const shopper = await shop.newShopper();
  await add(shopper, 'a', {}, { quantity: 3 });
  return shopper;
};

describe('a checkout with an Idempotency-Key', () => {
  it('creates one order, however often it is sent', async () => {
    const shopper = await ready();
    const first = await checkout(shopper, idempotentRequest('k'));
    expect(first.status).toBe(201);
    await add(shopper, 'b');
    expectReplay(await checkout(shopper, idempotentRequest('k')), first);
    await using other = await shop.twin();
    expectReplay(await checkout(other.as(shopper), idempotentRequest('k')), first);
    expect(await ordersOf(shopper)).toHaveLength(1);
    expect((await read(shopper)).body.total_items).toBe(1);
    const order = await shopper.call('GET', `/orders/${first.body.order_id}`);
    expect(order.body).toEqual(first.body);
  });

  it('pays once when two processes get it many times concurrently', async () => {
    await using other = await shop.twin();
    const shopper = await ready();
    const before = shop.payments.authorized.size;
    const answers = await Promise.all(
      [shopper, other.as(shopper), shopper, other.as(shopper)].map((client) =>
        checkout(client, idempotentRequest('k')),
      ),
    );
    const ordered = answers.filter(({ status }) => status === 201);
    expect(new Set(ordered.map(({ text }) => text)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(await ordersOf(shopper)).toHaveLength(1);
    expect(shop.payments.authorized.size).toBe(before + 1);
  });

  it('stores the shop’s refusals, and runs again after a server error', async () => {
    const shopper = await ready();
    const declined = await checkout(shopper, idempotentRequest('d'), {
      payment_method: 'pm_test_decline',
    });
    expect(declined.status).toBe(402);
    const again = await checkout(shopper, idempotentRequest('d'), {
      payment_method: 'pm_test_decline',
    });
    expectReplay(again, declined);
    const late = { payment_method: 'pm_test_timeout' };
    expect((await checkout(shopper, idempotentRequest('t'), late)).status).toBe(504);
    const retried = await checkout(shopper, idempotentRequest('t'), late);
    expect(retried.status).toBe(504);
    expect(retried.headers['idempotency-replayed']).toBeUndefined();
    expect(await keysOf(shopper)).toEqual([{ key: 'd', status: 402 }]);
  });
});

describe('a checkout with an Idempotency-Key, interrupted', () => {
  it('can be retried after it failed half-way', async () => {
    const shopper = await ready();
    await shop.sql(`
      create function refuse_order() returns trigger language plpgsql as $$
      begin raise exception 'refused' using errcode = '23514'; end $$`);
    await shop.sql(`
      create trigger refuse_order before insert on order_items for each row
      when (new.customer_id = '${shopper.customerId}') execute function refuse_order()`);
    expect((await checkout(shopper, idempotentRequest('k'))).status).toBe(500);
    await shop.sql('drop trigger refuse_order on order_items');
    expect((await checkout(shopper, idempotentRequest('k'))).status).toBe(201);
  });

  it('takes over from a process that ended, and voids its authorization', async () => {
    const shopper = await ready();
    const left = '6f1c1c52-0f2e-4c11-9d3e-3a1c0f3a9b10';
    const { customerId } = shopper;
    // Copies the fingerprint of this request from a completed one.
    await checkout(shopper, idempotentRequest('k'));
    await add(shopper, 'a');
    await shop.payments.authorize(
      { orderId: left, amountMinor: 1, currency: 'USD', paymentMethod: 'pm_test_approve' },
      AbortSignal.timeout(1000),
    );
    await shop.sql(
      `update idempotency_keys set status = null, headers = null, body = null, order_id = $2
       where customer_id = $1`,
      [customerId, left],
    );
    expect((await checkout(shopper, idempotentRequest('k'))).body.code).toBe(
      'idempotency-key-in-use',
    );
    await shop.sql(
      `update idempotency_keys set created_at = now() - interval '1 hour' where customer_id = $1`,
      [customerId],
    );
    const taken = await checkout(shopper, idempotentRequest('k'));
    expect(taken.status).toBe(201);
    expect(taken.body.order_id).not.toBe(left);
    expect(shop.payments.authorized.has(left)).toBe(false);
    expect(shop.payments.authorized.has(taken.body.order_id)).toBe(true);
  });

  it('orders nothing if it was taken over during payment', async () => {
    const shopper = await ready();
    const { authorize } = shop.payments;
    shop.payments.authorize = async (request, signal) => {
      await shop.sql(
        'update idempotency_keys set order_id = gen_random_uuid() where customer_id = $1',
        [shopper.customerId],
      );
      return authorize.call(shop.payments, request, signal);
    };
    const answer = await checkout(shopper, idempotentRequest('k'));
    shop.payments.authorize = authorize;
    expect([answer.status, answer.body.code]).toEqual([409, 'idempotency-key-in-use']);
    expect(await ordersOf(shopper)).toEqual([]);
    expect((await read(shopper)).body.total_items).toBe(3);
  });

  it.each(['pm_test_decline', 'pm_test_timeout'])(
    'does not refuse with %s if it was taken over during payment, because the other one may order',
    async (payment_method) => {
      const shopper = await ready();
      const { authorize } = shop.payments;
      shop.payments.authorize = async (request, signal) => {
        await shop.sql(
          'update idempotency_keys set order_id = gen_random_uuid() where customer_id = $1',
          [shopper.customerId],
        );
        return authorize.call(shop.payments, request, signal);
      };
      const answer = await checkout(shopper, idempotentRequest('k'), { payment_method });
      shop.payments.authorize = authorize;
      expect([answer.status, answer.body.code]).toEqual([409, 'idempotency-key-in-use']);
    },
  );
});
