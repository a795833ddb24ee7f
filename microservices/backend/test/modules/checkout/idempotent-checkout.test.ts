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
    expect(order.body).toMatchObject(first.body);
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

  /** As a process leaves it that ends at the provider's answer. */
  const leavePending = async (shopper: Shopper, isPaid: boolean) => {
    const { authorize } = shop.payments;
    const engine = shop.context.payments;
    let orderId = '';
    shop.payments.authorize = async (request, signal) => {
      orderId = request.orderId;
      if (isPaid) await authorize.call(engine, request, signal);
      await shop.sql(`
        create trigger ended before update on orders for each row
        when (new.order_id = '${orderId}') execute function refuse_order()`);
      return { kind: 'authorized', reference: 'lost' };
    };
    expect((await checkout(shopper, idempotentRequest('k'))).status).toBe(500);
    shop.payments.authorize = authorize;
    await shop.sql('drop trigger ended on orders');
    return orderId;
  };
  const makeOld = ({ customerId }: Shopper) =>
    shop.sql(
      "update orders set created_at = created_at - interval '1 hour' where customer_id = $1",
      [customerId],
    );

  it('finishes a paid order of a process that ended', async () => {
    const shopper = await ready();
    const left = await leavePending(shopper, true);
    expect((await checkout(shopper, idempotentRequest('k'))).body.code).toBe(
      'idempotency-key-in-use',
    );
    await makeOld(shopper);
    const finished = await checkout(shopper, idempotentRequest('k'));
    expect([finished.status, finished.body.order_id]).toEqual([201, left]);
    expect(shop.payments.authorized.has(left)).toBe(true);
    expect(await ordersOf(shopper)).toHaveLength(1);
  });

  it('orders anew if the order that it finds was not paid', async () => {
    const shopper = await ready();
    const left = await leavePending(shopper, false);
    await makeOld(shopper);
    const taken = await checkout(shopper, idempotentRequest('k'));
    expect(taken.status).toBe(201);
    expect(taken.body.order_id).not.toBe(left);
    expect(shop.payments.authorized.has(taken.body.order_id)).toBe(true);
  });

  it('with another key gives the order up that was left, and voids its authorization', async () => {
    const shopper = await ready();
    const left = await leavePending(shopper, true);
    expect((await checkout(shopper, idempotentRequest('l'))).body.code).toBe('order-pending');
    await makeOld(shopper);
    expect((await checkout(shopper, idempotentRequest('l'))).status).toBe(201);
    expect(shop.payments.authorized.has(left)).toBe(false);
    const statuses = await shop.sql(
      'select status from orders where customer_id = $1 order by created_at',
      [shopper.customerId],
    );
    expect(statuses).toEqual([{ status: 'payment_failed' }, { status: 'paid' }]);
  });

  it('orders nothing if it was given up during payment', async () => {
    const shopper = await ready();
    const { authorize } = shop.payments;
    await using other = await shop.twin();
    shop.payments.authorize = async (request, signal) => {
      shop.payments.authorize = authorize;
      await makeOld(shopper);
      const rival = await checkout(other.as(shopper), idempotentRequest('l'));
      expect(rival.status).toBe(201);
      return authorize.call(shop.payments, request, signal);
    };
    const answer = await checkout(shopper, idempotentRequest('k'));
    expect([answer.status, answer.body.code]).toEqual([409, 'order-superseded']);
    const paid = await shop.sql("select from orders where customer_id = $1 and status = 'paid'", [
      shopper.customerId,
    ]);
    expect(paid).toHaveLength(1);
  });
});
