import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EVENTS } from '../../src/events/event-schemas.ts';
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
  it('adds order.placed and cart.checked_out, without addresses', async () => {
    const name = 'Mug "é😀\u2028" \\u0000';
    await shop.addProduct('mug', { price: '12.05', name });
    const { body } = await order('mug', 2);
    const [checkedOut, placed] = await events();
    const { customerId: customer_id } = shopper;
    expect(placed).toEqual({
      type: 'order.placed',
      aggregate: `order/${body.order_id}`,
      sequence: '1',
      data: {
        order_id: body.order_id,
        customer_id,
        currency: 'USD',
        items: [
          { product_id: 'mug', product_name: name, price: 12.05, quantity: 2, subtotal: 24.1 },
        ],
        subtotal: 24.1,
        discount: 0,
        shipping: 4.95,
        tax: 0,
        total: 29.05,
      },
    });
    const { version } = (await shopper.call('GET', `/cart/${customer_id}`)).body;
    expect(checkedOut).toEqual({
      type: 'cart.checked_out',
      aggregate: `cart/${customer_id}`,
      sequence: String(version),
      data: { customer_id, order_id: body.order_id, version },
    });
  });

  it('adds nothing if it is refused, or fails in its transaction', async () => {
    await shop.addProduct('mug', { stock: 4 });
    expect((await order('mug', 1, { payment_method: 'pm_test_decline' })).status).toBe(402);
    await shop.sql('alter table orders add constraint fails check (false)');
    expect((await order('mug', 1)).status).toBe(500);
    await shop.sql('alter table orders drop constraint fails');
    expect((await order('mug', 9)).status).toBe(409);
    expect(await events()).toEqual([]);
  });

  it('adds its events once, however often it is repeated with its key', async () => {
    await shop.addProduct('mug');
    const { customerId: customer_id } = shopper;
    await shopper.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 1 });
    const repeat = () =>
      shopper.call('POST', '/cart/checkout', checkoutBody(customer_id), { 'idempotency-key': 'k' });
    await Promise.all([repeat(), repeat(), repeat()]);
    await repeat();
    expect((await events()).map(({ type }) => type)).toEqual(['cart.checked_out', 'order.placed']);
  });
});

describe('stock.low', () => {
  const lows = async () => (await events()).filter(({ type }) => type === 'stock.low');

  it('is added by the order that crosses the threshold downwards, and again after a refill', async () => {
    await shop.addProduct('mug', { stock: 6 });
    await order('mug', 2);
    expect(await lows()).toEqual([]);
    await order('mug', 1);
    await order('mug', 1);
    await order('mug', 2);
    const data = { product_id: 'mug', available: 3, threshold: 3 };
    expect((await lows()).map((event) => event.data)).toEqual([data]);
    await shop.sql('update inventory set on_hand = 5');
    // A clock that was set back.
    await shop.sql(`update outbox set sequence = 9e15::bigint where type = 'stock.low'`);
    await order('mug', 5);
    expect(
      (await lows()).map(({ sequence, data: { available } }) => [sequence, available]),
    ).toEqual([
      ['9000000000000000', 3],
      ['9000000000000001', 0],
    ]);
  });

  it('is added once by concurrent orders', async () => {
    await shop.addProduct('mug', { stock: 13 });
    const buyers = await Promise.all(Array.from({ length: 12 }, () => shop.newShopper()));
    const orders = await Promise.all(buyers.map((buyer) => order('mug', 1, {}, buyer)));
    expect(orders.every(({ status }) => status === 201)).toBe(true);
    expect(await lows()).toMatchObject([{ aggregate: 'stock/mug', data: { available: 3 } }]);
  });
});
