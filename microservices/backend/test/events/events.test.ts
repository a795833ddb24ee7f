import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EVENTS } from '../../src/events/event-schemas.ts';
import { setRules } from '../../test-support/pricing-rules.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../test-support/test-app.ts';

let shop: TestApp;
let shopper: Shopper;
beforeEach(async () => {
  shop = await createTestApp({ STOCK_LOW_AT: '3', SHIPPING_FLAT: '4.95' });
  shopper = await shop.newShopper();
});
afterEach(() => shop[Symbol.asyncDispose]());

const ajv = new Ajv2020();
addFormats.default(ajv);
const validators = new Map(
  Object.entries(EVENTS).map(([type, { data }]) => [type, ajv.compile(data)]),
);

// biome-ignore lint/suspicious/noExplicitAny: the shape of the data is what the tests are about.
type StoredEvent = { type: string; aggregate: string; sequence: string; data: any };

/** All events, checked against their schemas. */
async function events(): Promise<StoredEvent[]> {
  const rows = await shop.sql<StoredEvent>(
    'select type, aggregate, sequence, data from outbox order by type, aggregate, sequence',
  );
  for (const { type, data } of rows) {
    const validate = validators.get(type);
    expect(validate?.(data), JSON.stringify(validate?.errors)).toBe(true);
  }
  return rows;
}

async function order(product_id: string, quantity: number, changes = {}, buyer = shopper) {
  const { customerId: customer_id } = buyer;
  await buyer.call('POST', '/cart/items', { customer_id, product_id, quantity });
  return buyer.call('POST', '/cart/checkout', checkoutBody(customer_id, changes));
}

describe('an order', () => {
  it('adds order.placed, order.paid and cart.checked_out, without addresses', async () => {
    const name = 'Mug "é😀\u2028" \\u0000';
    await shop.addProduct('mug', { price: '12.05', name });
    const { body } = await order('mug', 2);
    const [checkedOut, paid, placed] = await events();
    const { customerId: customer_id } = shopper;
    const { order_id, number } = body;
    expect(placed).toEqual({
      type: 'order.placed',
      aggregate: `order/${body.order_id}`,
      sequence: '1',
      data: {
        order_id,
        customer_id,
        number,
        currency: 'USD',
        items: [
          { product_id: 'mug', product_name: name, price: 12.05, quantity: 2, subtotal: 24.1 },
        ],
        subtotal: 24.1,
        discount: 0,
        shipping: 4.95,
        tax: 0,
        total: 29.05,
        discounts: [],
        taxes: [],
        delivery: null,
      },
    });
    expect(paid).toEqual({
      type: 'order.paid',
      aggregate: `order/${order_id}`,
      sequence: '2',
      data: {
        order_id,
        customer_id,
        number,
        actor: 'provider',
        currency: 'USD',
        total: 29.05,
        payment: { provider: 'test', status: 'authorized', reference: `test_${order_id}` },
      },
    });
    const { version } = (await shopper.call('GET', `/cart/${customer_id}`)).body;
    expect(checkedOut).toEqual({
      type: 'cart.checked_out',
      aggregate: `cart/${customer_id}`,
      sequence: String(version),
      data: { customer_id, order_id, version },
    });
  });

  it('adds to order.placed what its totals are made of', async () => {
    await shop.addProduct('mug', { price: '22.00' });
    await setRules(shop, {
      taxes: [['Sales tax', '', 8.875]],
      delivery: [['parcel', '', 4.95]],
      promotions: [{ id: 'ten', percent: 10 }],
    });
    const { body } = await order('mug', 2);
    const { discount, shipping, tax, total, discounts, taxes, delivery } = body;
    expect(discounts).toEqual([expect.objectContaining({ product_id: 'mug', amount: 4.4 })]);
    const [placed] = (await events()).filter(({ type }) => type === 'order.placed');
    const parts = { discount, shipping, tax, total, discounts, taxes, delivery };
    expect(placed?.data).toMatchObject(parts);
  });

  it('adds order.payment_failed if it is not paid', async () => {
    await shop.addProduct('mug', { stock: 4 });
    expect((await order('mug', 1, { payment_method: 'pm_test_decline' })).status).toBe(402);
    expect((await order('mug', 1, { payment_method: 'pm_test_timeout' })).status).toBe(504);
    const failed = (await events()).filter(({ type }) => type === 'order.payment_failed');
    expect(failed.map(({ sequence, data }) => [sequence, data.payment.status]).sort()).toEqual([
      ['2', 'failed'],
      // Without an answer; voided since then.
      ['2', 'pending'],
    ]);
    expect((await events()).filter(({ type }) => type === 'order.placed')).toHaveLength(2);
  });
});

describe('the events of an order', () => {
  it('have cart.checked_out after that of an earlier cart of the customer', async () => {
    await shop.addProduct('mug');
    await order('mug', 1);
    await shop.sql('delete from carts');
    await using twin = await shop.twin();
    await order('mug', 1, {}, twin.as(shopper));
    const sequences = (await events())
      .filter(({ type }) => type === 'cart.checked_out')
      .map(({ sequence }) => Number(sequence));
    expect(sequences).toHaveLength(2);
    expect(sequences[1]).toBeGreaterThan(sequences[0] ?? 0);
  });

  it('are not there if it is refused, or fails in its transaction', async () => {
    await shop.addProduct('mug', { stock: 4 });
    await shop.sql('alter table orders add constraint fails check (false)');
    expect((await order('mug', 1)).status).toBe(500);
    await shop.sql('alter table orders drop constraint fails');
    expect((await order('mug', 9)).status).toBe(409);
    expect(await events()).toEqual([]);
  });

  it('are added once, however often it is repeated with its key', async () => {
    await shop.addProduct('mug');
    const { customerId: customer_id } = shopper;
    await shopper.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 1 });
    const repeat = () =>
      shopper.call('POST', '/cart/checkout', checkoutBody(customer_id), { 'idempotency-key': 'k' });
    await Promise.all([repeat(), repeat(), repeat()]);
    await repeat();
    expect((await events()).map(({ type }) => type)).toEqual([
      'cart.checked_out',
      'order.paid',
      'order.placed',
    ]);
  });
});
