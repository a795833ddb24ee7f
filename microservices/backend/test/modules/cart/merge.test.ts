import { afterAll, beforeAll, expect, it } from 'vitest';
import { setRules } from '../../../test-support/pricing-rules.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  for (const id of ['a', 'b', 'c']) await shop.addProduct(id, { price: '2.50' });
});
afterAll(() => shop[Symbol.asyncDispose]());

const add = (shopper: Shopper, product_id: string, quantity = 1) =>
  shopper.call('POST', '/cart/items', { customer_id: shopper.customerId, product_id, quantity });
const read = async (shopper: Shopper) =>
  (await shopper.call('GET', `/cart/${shopper.customerId}`)).body;
const merge = (into: Shopper, from: Pick<Shopper, 'token'>, headers = {}) =>
  into.call('POST', `/cart/${into.customerId}/merge`, { guest_token: from.token }, headers);
const pair = () => Promise.all([shop.newShopper(), shop.newShopper()]);
const quantities = (cart: { items: { product_id: string; quantity: number }[] }) =>
  cart.items.map((item) => `${item.product_id}${item.quantity}`);

it('moves the guest’s lines, sums quantities of common products, and empties the guest’s cart', async () => {
  const [guest, customer] = await pair();
  await add(guest, 'a', 2);
  await add(customer, 'b');
  await add(guest, 'b', 3);
  await add(customer, 'c');
  const { status, body, text, headers } = await merge(customer, guest);
  expect(status).toBe(200);
  expect(quantities(body)).toEqual(['b4', 'c1', 'a2']);
  expect(headers.etag).toBe('"3"');
  expect(text).toBe((await customer.call('GET', `/cart/${customer.customerId}`)).text);
  expect(await read(guest)).toMatchObject({ version: 3, items: [] });
});

it('moves the guest’s promotion codes behind those of the customer, as many as a cart can have', async () => {
  const codes = Array.from({ length: 12 }, (_, index) => `CODE${index}`);
  await setRules(shop, { promotions: codes.map((code) => ({ id: code.toLowerCase(), code })) });
  const [guest, customer] = await pair();
  const enter = (shopper: Shopper, code: string) =>
    shopper.call('PUT', `/cart/${shopper.customerId}/promotions/${code}`);
  const codesOf = async (shopper: Shopper): Promise<string[]> => {
    const { body } = await shopper.call('GET', `/cart/${shopper.customerId}/quote`);
    return body.codes.map(({ code }: { code: string }) => code);
  };
  await add(guest, 'a');
  await add(customer, 'b');
  for (const code of codes.slice(3, 12)) await enter(guest, code);
  for (const code of codes.slice(0, 4)) await enter(customer, code);
  expect((await merge(customer, guest)).status).toBe(200);
  expect(await codesOf(customer)).toHaveLength(10);
  expect((await codesOf(customer)).slice(0, 4)).toEqual(codes.slice(0, 4));
  expect(await codesOf(guest)).toEqual([]);
  await shop.sql('delete from promotions');
});

it('changes nothing the second time', async () => {
  const [guest, customer] = await pair();
  await add(guest, 'a');
  const first = await merge(customer, guest);
  expect(first.body.version).toBe(1);
  const second = await merge(customer, guest);
  expect([second.status, second.text]).toEqual([200, first.text]);
});

it('changes nothing for an empty guest cart or the customer’s own cart', async () => {
  const [guest, customer] = await pair();
  expect((await merge(customer, guest)).body).toMatchObject({ version: 0, items: [] });
  expect(await shop.sql('select from carts where customer_id = $1', [customer.customerId])).toEqual(
    [],
  );
  await add(customer, 'a');
  expect((await merge(customer, customer)).body).toMatchObject({ version: 1, total_items: 1 });
});

it('caps a line at its limit, and keeps the price that the customer was shown', async () => {
  const [guest, customer] = await pair();
  await shop.addProduct('lamp', { price: '10.00' });
  await add(customer, 'lamp', 90);
  await shop.sql("update products set price = 12 where product_id = 'lamp'");
  await add(guest, 'lamp', 20);
  const { body } = await merge(customer, guest);
  expect(body.items).toMatchObject([{ product_id: 'lamp', quantity: 99, price: 10 }]);
});

it('moves all lines or none', async () => {
  const [guest, customer] = await pair();
  await shop.sql(`
    insert into products (product_id, product_name, description, category, price, image_url)
    select 'many-' || n, 'Many', '', 'Tests', 1, '/x.svg' from generate_series(1, 101) as n`);
  for (let n = 1; n <= 100; n += 1) await add(customer, `many-${n}`);
  await add(guest, 'many-1');
  await add(guest, 'many-101');
  const { status, body } = await merge(customer, guest);
  expect([status, body.code]).toEqual([409, 'line-limit']);
  expect((await read(guest)).items).toHaveLength(2);
  expect((await read(customer)).version).toBe(100);
});

it('requires a guest’s token and the caller’s own cart', async () => {
  const [guest, customer] = await pair();
  for (const token of ['nonsense', `${guest.token}x`]) {
    const { status, body } = await merge(customer, { token });
    expect([status, body.code]).toEqual([422, 'guest-token-invalid']);
  }
  const foreign = await customer.call('POST', `/cart/${guest.customerId}/merge`, {
    guest_token: customer.token,
  });
  expect(foreign.status).toBe(403);
});

it('honors If-Match', async () => {
  const [guest, customer] = await pair();
  await add(guest, 'a');
  const refused = await merge(customer, guest, { 'if-match': '"1"' });
  expect([refused.status, refused.body.cart.version]).toEqual([412, 0]);
  expect((await merge(customer, guest, { 'if-match': '"0"' })).status).toBe(200);
});

it('repeats its response byte for byte with an Idempotency-Key', async () => {
  const [guest, customer] = await pair();
  await add(guest, 'a');
  const key = { 'idempotency-key': 'k' };
  const first = await merge(customer, guest, key);
  await add(customer, 'b');
  await add(guest, 'c');
  const again = await merge(customer, guest, key);
  expect(again.headers['idempotency-replayed']).toBe('true');
  expect([again.text, again.headers.etag]).toEqual([first.text, first.headers.etag]);
  expect(quantities(await read(guest))).toEqual(['c1']);
  expect((await merge(customer, customer, key)).body.code).toBe('idempotency-key-reused');
});

it('neither loses nor duplicates anything among concurrent adds and merges in two processes', async () => {
  await using other = await shop.twin();
  // New carts each time: their rows appear between the statements of the merges.
  for (let round = 1; round <= 10; round += 1) {
    const [one, two] = await pair();
    const [oneThere, twoThere] = [other.as(one), other.as(two)];
    const statuses = await Promise.all(
      Array.from({ length: 12 }, () => [
        add(one, 'a'),
        add(twoThere, 'a'),
        merge(two, one),
        merge(oneThere, two),
      ])
        .flat()
        .map(async (answer) => (await answer).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    const total = (await read(one)).total_items + (await read(two)).total_items;
    expect(total).toBe(24);
  }
});

it('refuses nobody while others merge into the same cart, however long they take', async () => {
  await using other = await shop.twin();
  const customer = await shop.newShopper();
  const customerThere = other.as(customer);
  const guests = await Promise.all(Array.from({ length: 16 }, () => shop.newShopper()));
  for (const guest of guests) await add(guest, 'a');
  await add(customer, 'b');
  await shop.sql(`
    create function be_slow() returns trigger language plpgsql
    as $$ begin perform pg_sleep(0.1); return null; end $$`);
  await shop.sql(`
    create trigger slow after update on carts for each statement execute function be_slow()`);
  const answers = guests.flatMap((guest, n) => [
    merge(n % 2 ? customer : customerThere, guest),
    add(n % 2 ? customer : customerThere, 'b'),
  ]);
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  await shop.sql('drop trigger slow on carts');
  expect(statuses).toEqual(statuses.map(() => 200));
  expect(quantities(await read(customer)).sort()).toEqual(['a16', 'b17']);
});

it('waits for an order of the guest that is being paid: what was ordered is not moved', async () => {
  const [guest, customer] = await pair();
  await add(guest, 'a', 2);
  const key = { 'idempotency-key': 'merge' };
  const { authorize } = shop.payments;
  const refused: { status: number; body: { code: string } }[] = [];
  shop.payments.authorize = async (request, signal) => {
    await add(guest, 'b');
    refused.push(await merge(customer, guest, key));
    return authorize.call(shop.payments, request, signal);
  };
  const checkout = () => guest.call('POST', '/cart/checkout', checkoutBody(guest.customerId));
  try {
    expect((await checkout()).status).toBe(201);
  } finally {
    shop.payments.authorize = authorize;
  }
  expect(refused.map(({ status, body }) => [status, body.code])).toEqual([[409, 'order-pending']]);
  expect(quantities((await merge(customer, guest, key)).body)).toEqual(['b1']);
});

it('moves the lines of an order that was not paid', async () => {
  const [guest, customer] = await pair();
  await add(guest, 'a', 2);
  const declined = { payment_method: 'pm_test_decline' };
  await guest.call('POST', '/cart/checkout', checkoutBody(guest.customerId, declined));
  expect(quantities((await merge(customer, guest)).body)).toEqual(['a2']);
});
