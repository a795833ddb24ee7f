import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ADDRESS,
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
let shopper: Shopper;
beforeEach(async () => {
  shop = await createTestApp();
  await shop.addProduct('kettle', { price: '89.90', stock: 5, name: 'Kettle' });
  await shop.addProduct('mug', { price: '12.05', stock: 5, name: 'Mug' });
  shopper = await shop.newShopper();
});
afterEach(() => shop[Symbol.asyncDispose]());

const add = (product_id: string, quantity = 1) =>
  shopper.call('POST', '/cart/items', { customer_id: shopper.customerId, product_id, quantity });
const checkout = (changes: object = {}) =>
  shopper.call('POST', '/cart/checkout', checkoutBody(shopper.customerId, changes));
const cart = async () => (await shopper.call('GET', `/cart/${shopper.customerId}`)).body;
const stock = () => shop.stock();
const setPrice = (productId: string, price: string) =>
  shop.sql('update products set price = $2 where product_id = $1', [productId, price]);

const WAITING = `select from pg_stat_activity
  where wait_event_type = 'Lock' and datname = current_database()`;

const ORDERED = "select from orders where status <> 'payment_failed'";
const HELD = `select from inventory where held > 0 or sold > 0
  union all select from stock_holds`;

/** Nothing was ordered, taken or charged, and the cart is unchanged. An order that was not paid is history only. */
async function expectNothingHappened(before: { text: string }) {
  expect((await shopper.call('GET', `/cart/${shopper.customerId}`)).text).toBe(before.text);
  expect(await shop.sql(ORDERED)).toHaveLength(0);
  expect((await shopper.call('GET', '/orders')).body.items).toEqual([]);
  expect(await shop.sql(HELD)).toHaveLength(0);
  expect(await stock()).toEqual({ kettle: 5, mug: 5 });
  expect(shop.payments.authorized.size).toBe(0);
}

describe('a checkout', () => {
  it('creates an order from the cart, takes the stock, authorizes the total and empties the cart', async () => {
    await add('kettle', 2);
    await add('mug', 3);
    const { status, headers, body } = await checkout({ expected_total: 215.95 });
    expect(status).toBe(201);
    expect(headers.location).toBe(`/api/v1/orders/${body.order_id}`);
    expect(body).toMatchObject({
      customer_id: shopper.customerId,
      status: 'paid',
      number: expect.stringMatching(/^CH-[2-9A-Z]{4}-[2-9A-Z]{4}$/),
      currency: 'USD',
      items: [
        { product_id: 'kettle', product_name: 'Kettle', price: 89.9, quantity: 2, subtotal: 179.8 },
        { product_id: 'mug', product_name: 'Mug', price: 12.05, quantity: 3, subtotal: 36.15 },
      ],
      total_items: 5,
      subtotal: 215.95,
      discount: 0,
      shipping: 0,
      tax: 0,
      total: 215.95,
      payment: { provider: 'test', status: 'authorized', reference: `test_${body.order_id}` },
      shipping_address: ADDRESS,
      billing_address: ADDRESS,
      email: 'shopper@example.com',
    });
    expect(await stock()).toEqual({ kettle: 3, mug: 2 });
    expect(shop.payments.authorized.get(body.order_id)?.amountMinor).toBe(21_595);
    expect(await cart()).toMatchObject({ version: 3, items: [], subtotal: 0 });
    const again = await shopper.call('GET', `/orders/${body.order_id}`);
    expect(again.body).toMatchObject(body);
  });

  it('draws another number if an order has the one that it drew', async () => {
    await add('mug');
    const first = await checkout();
    await shop.sql('create sequence tries');
    await shop.sql(`
      create function draw_used_number() returns trigger language plpgsql security definer as $$
      begin
        if nextval('tries') <= 2 then
          select o.number into new.number from orders as o where o.bucket = new.bucket;
        end if;
        return new;
      end $$`);
    await shop.sql(`
      create trigger draw_used_number before insert on orders
      for each row execute function draw_used_number()`);
    await add('kettle');
    const second = await checkout();
    expect(second.status).toBe(201);
    expect(second.body.number).not.toBe(first.body.number);
    expect((await shop.sql('select last_value::integer as tries from tries'))[0]).toEqual({
      tries: 3,
    });
  });

  it('keeps a separate billing address', async () => {
    await add('mug');
    const billing_address = { ...ADDRESS, name: 'Who Pays', region: 'CA' };
    const { body } = await checkout({ billing_address });
    expect(body.shipping_address).toEqual(ADDRESS);
    expect(body.billing_address).toEqual(billing_address);
  });

  it('is refused for an empty cart', async () => {
    const { status, body } = await checkout();
    expect([status, body.code]).toEqual([409, 'cart-empty']);
  });

  it('orders once when the same cart is checked out concurrently', async () => {
    await add('mug');
    const answers = await Promise.all(Array.from({ length: 8 }, () => checkout()));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array(7).fill(409)]);
    expect(await shop.sql('select from orders')).toHaveLength(1);
    expect(shop.payments.authorized.size).toBe(1);
    expect((await stock()).mug).toBe(4);
  });
});

describe('a changed price', () => {
  it('refuses the checkout, is reported line by line, and is then accepted', async () => {
    await add('kettle');
    await add('mug');
    await setPrice('kettle', '99.90');
    const { status, body } = await checkout();
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'price-changed',
      lines: [
        { product_id: 'kettle', product_name: 'Kettle', shown_price: 89.9, current_price: 99.9 },
      ],
    });
    expect(await shop.sql('select from orders')).toHaveLength(0);
    expect(shop.payments.authorized.size).toBe(0);
    expect(await cart()).toMatchObject({ version: 3, subtotal: 111.95 });
    const second = await checkout({ expected_total: 111.95 });
    expect([second.status, second.body.total]).toEqual([201, 111.95]);
  });

  it('during payment does not matter: the order costs what was shown', async () => {
    await add('kettle');
    const authorize = shop.payments.authorize.bind(shop.payments);
    shop.payments.authorize = async (...args) => {
      await setPrice('kettle', '100.00');
      return authorize(...args);
    };
    const { status, body } = await checkout();
    expect([status, body.total]).toEqual([201, 89.9]);
    expect(shop.payments.authorized.get(body.order_id)?.amountMinor).toBe(8990);
  });

  it('in the total only is refused with both totals', async () => {
    await add('mug', 2);
    const before = await shopper.call('GET', `/cart/${shopper.customerId}`);
    const { status, body } = await checkout({ expected_total: 24.09 });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'total-changed',
      expected_total: 24.09,
      current_total: 24.1,
    });
    await expectNothingHappened(before);
  });
});

describe('stock', () => {
  it('that is too low refuses the order and reports what is left of each product', async () => {
    await add('kettle', 6);
    await add('mug', 2);
    shop.payments.authorize = async () => expect.unreachable('asked to pay in vain');
    const before = await shopper.call('GET', `/cart/${shopper.customerId}`);
    const { status, body } = await checkout();
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'out-of-stock',
      lines: [{ product_id: 'kettle', product_name: 'Kettle', requested: 6, available: 5 }],
    });
    await expectNothingHappened(before);
  });

  it('of an order that is being paid is not sold to others', async () => {
    await add('mug', 4);
    const rival = await shop.newShopper();
    const { customerId: customer_id } = rival;
    await rival.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 2 });
    const authorize = shop.payments.authorize.bind(shop.payments);
    let refusal: unknown;
    shop.payments.authorize = async (...args) => {
      shop.payments.authorize = authorize;
      refusal = (await rival.call('POST', '/cart/checkout', checkoutBody(customer_id))).body;
      return authorize(...args);
    };
    expect((await checkout()).status).toBe(201);
    expect(refusal).toMatchObject({
      code: 'out-of-stock',
      lines: [{ product_id: 'mug', requested: 2, available: 1 }],
    });
    expect((await stock()).mug).toBe(1);
  });

  it('is free again after a declined payment, and the cart is as it was', async () => {
    await add('mug', 4);
    const before = await shopper.call('GET', `/cart/${shopper.customerId}`);
    const { status } = await checkout({ payment_method: 'pm_test_decline' });
    expect(status).toBe(402);
    expect(await shop.sql('select from inventory where held > 0')).toHaveLength(0);
    expect((await shopper.call('GET', `/cart/${shopper.customerId}`)).text).toBe(before.text);
    expect((await checkout()).status).toBe(201);
  });

  it('that another order has locked is waited for, and a shortage undoes what was taken', async () => {
    await add('kettle', 2);
    await add('mug', 2);
    const before = await shopper.call('GET', `/cart/${shopper.customerId}`);
    const rival = new pg.Client({ connectionString: shop.superuserUrl });
    await rival.connect();
    await rival.query(
      "begin; update inventory set on_hand = (bucket = 0)::integer where product_id = 'mug'",
    );
    const answer = checkout();
    await expect.poll(() => shop.sql(WAITING)).toHaveLength(1);
    await rival.query('commit');
    await rival.end();
    expect((await answer).body).toMatchObject({
      code: 'out-of-stock',
      lines: [{ product_id: 'mug', requested: 2, available: 1 }],
    });
    // The kettle was available and already taken when the mug turned out to be short.
    expect(await stock()).toEqual({ kettle: 5, mug: 1 });
    await shop.setStock(5, 'mug');
    await expectNothingHappened(before);
  });
});

describe('a payment', () => {
  it.each(['pm_test_decline', 'pm_unknown'])(
    'changes nothing if it is declined (%s)',
    async (token) => {
      await add('mug', 2);
      const before = await shopper.call('GET', `/cart/${shopper.customerId}`);
      const { status, body } = await checkout({ payment_method: token });
      expect([status, body.code]).toEqual([402, 'payment-declined']);
      expect(body.reason).toMatch(/declined|does not know/);
      await expectNothingHappened(before);
    },
  );

  it('changes nothing and is voided if the provider times out', async () => {
    await add('mug', 2);
    const before = await shopper.call('GET', `/cart/${shopper.customerId}`);
    const { status, body } = await checkout({ payment_method: 'pm_test_timeout' });
    expect([status, body.code]).toEqual([504, 'payment-timeout']);
    await expectNothingHappened(before);
  });

  it('changes nothing if the provider fails, whose message is not exposed', async () => {
    await add('mug', 2);
    const before = await shopper.call('GET', `/cart/${shopper.customerId}`);
    shop.payments.authorize = async () => {
      throw new Error('secret words of the provider');
    };
    const { status, text } = await checkout();
    // Nobody knows what it has done, so the payment is voided.
    expect(status).toBe(504);
    expect(text).not.toContain('secret words');
    await expectNothingHappened(before);
  });
});
