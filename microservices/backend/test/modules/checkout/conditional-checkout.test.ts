import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
let shopper: Shopper;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { price: '12.05' });
});
afterAll(() => shop[Symbol.asyncDispose]());
beforeEach(async () => {
  shopper = await shop.newShopper();
  await add(shopper);
});

const add = ({ customerId, call }: Shopper) =>
  call('POST', '/cart/items', { customer_id: customerId, product_id: 'mug', quantity: 1 });
const checkout = (headers: Record<string, string>) =>
  shopper.call('POST', '/cart/checkout', checkoutBody(shopper.customerId), headers);
const orders = async () => (await shopper.call('GET', '/orders')).body.items;

it.each(['"1"', '*', '"7", "1"', 'W/"1"', '"7",W/"1"'])(
  'a checkout with If-Match: %s orders a cart at version 1',
  async (tags) => {
    expect((await checkout({ 'if-match': tags })).status).toBe(201);
  },
);

it.each(['"0"', '"2"', 'W/"2"', 'w/"1"', 'W/1', '1', '', '"7", "8"'])(
  'a checkout with If-Match: %s is refused with the current cart, and pays nothing',
  async (tags) => {
    const authorized = shop.payments.authorized.size;
    const { status, body } = await checkout({ 'if-match': tags });
    expect([status, body.code, body.cart.version]).toEqual([412, 'cart-changed', 1]);
    expect(body.cart.items).toHaveLength(1);
    expect(await orders()).toEqual([]);
    expect(shop.payments.authorized.size).toBe(authorized);
  },
);

it('a cart that changes while its payment runs: what was ordered of it is, and the change survives', async () => {
  const { payments } = shop;
  const before = payments.authorized.size;
  const authorize = payments.authorize.bind(payments);
  payments.authorize = async (request, signal) => {
    const result = await authorize(request, signal);
    await add(shopper);
    return result;
  };
  const { status, body } = await checkout({ 'if-match': '"1"' });
  payments.authorize = authorize;
  expect([status, body.total_items]).toEqual([201, 1]);
  expect(await orders()).toHaveLength(1);
  expect(payments.authorized.size).toBe(before + 1);
  const cart = await shopper.call('GET', `/cart/${shopper.customerId}`);
  expect(cart.body).toMatchObject({ version: 3, items: [{ product_id: 'mug', quantity: 1 }] });
});

it('a repeated checkout with its key gets its order, although the cart has changed since', async () => {
  const headers = { 'if-match': '"1"', 'idempotency-key': 'once' };
  const first = await checkout(headers);
  const again = await checkout(headers);
  expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
  expect(await orders()).toHaveLength(1);
});
