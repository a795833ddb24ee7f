/** What other systems are told of an order after it was paid. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EVENTS } from '../../src/events/event-schemas.ts';
import { type ChangedShop, createChangedShop } from '../../test-support/changed-shop.ts';
import { paidOrder, placedOrder } from '../../test-support/paid-orders.ts';
import type { TestApp } from '../../test-support/test-app.ts';

let changed: ChangedShop;
let shop: TestApp;
beforeAll(async () => {
  changed = await createChangedShop();
  shop = changed.shop;
});
afterAll(() => changed[Symbol.asyncDispose]());

const ajv = new Ajv2020();
addFormats.default(ajv);
const validators = new Map(
  Object.entries(EVENTS).map(([type, { data }]) => [type, ajv.compile(data)]),
);

/** Those after the first two, checked against their schemas; each has the sequence of its entry in the history. */
async function eventsOf(orderId: string) {
  const rows = await shop.sql<{ type: string; data: object; is_history: boolean }>(
    `select e.type, e.data,
       exists (select from order_history as h where h.order_id = $1 and h.sequence = e.sequence) as is_history
     from outbox as e where e.aggregate = 'order/' || $1::text order by e.sequence`,
    [orderId],
  );
  for (const { type, data, is_history } of rows) {
    const validate = validators.get(type);
    expect(validate?.(data), `${type} ${JSON.stringify(validate?.errors)}`).toBe(true);
    expect(is_history).toBe(true);
  }
  return rows.slice(2).map(({ type, data }) => ({ type, data }));
}

it('each parcel, the delivery and each refund is an event, with what it is about', async () => {
  const { orderId } = await paidOrder(shop, await shop.newShopper(), { mug: 3 });
  const line = (quantity: number) => ({ lines: [{ product_id: 'mug', quantity }] });
  await changed.act(orderId, 'fulfilments', {
    ...line(1),
    carrier: 'Post',
    tracking_number: 'RR 1',
  });
  await changed.act(orderId, 'fulfilments', line(2));
  await changed.act(orderId, 'deliver');
  await changed.act(orderId, 'refunds', { amount: 10 });
  await changed.act(orderId, 'refunds', { amount: 12 });
  expect(await eventsOf(orderId)).toMatchObject([
    {
      type: 'order.fulfilled',
      data: {
        actor: 'staff',
        is_complete: false,
        carrier: 'Post',
        tracking_number: 'RR 1',
        items: [{ product_id: 'mug', quantity: 1 }],
        payment: { status: 'captured' },
      },
    },
    {
      type: 'order.fulfilled',
      data: { is_complete: true, carrier: null, items: [{ product_id: 'mug', quantity: 2 }] },
    },
    { type: 'order.delivered', data: { order_id: orderId, total: 66 } },
    { type: 'order.refunded', data: { amount: 10, refunded: 10 } },
    {
      type: 'order.refunded',
      data: { amount: 12, refunded: 22, payment: { status: 'partly_refunded' } },
    },
  ]);
});

it('a cancellation is one event, and the refund that follows another', async () => {
  const shopper = await shop.newShopper();
  const { orderId } = await paidOrder(shop, shopper, { mug: 1 }, 'captured');
  await shopper.call('POST', `/orders/${orderId}/cancel`);
  await shopper.call('POST', `/orders/${orderId}/cancel`);
  expect(await eventsOf(orderId)).toMatchObject([
    { type: 'order.cancelled', data: { actor: 'customer' } },
    { type: 'order.refunded', data: { amount: 22, refunded: 22, payment: { status: 'refunded' } } },
  ]);
});

it('a request for a link is an event without the link', async () => {
  const shopper = await shop.newShopper();
  const { orderId, number, email } = await placedOrder(shop, shopper, { mug: 1 });
  await shop.call({ method: 'POST', url: '/api/v1/orders/find', payload: { number, email } });
  await expect
    .poll(async () =>
      shop.sql("select data from outbox where type = 'order.link_requested' and aggregate = $1", [
        `order/${orderId}`,
      ]),
    )
    .toHaveLength(1);
});
