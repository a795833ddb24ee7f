import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pointerTo } from '../../src/http/field-errors.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../test-support/test-app.ts';

let shop: TestApp;
let shopper: Shopper;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { price: '12.05' });
  shopper = await shop.newShopper();
});
afterAll(() => shop[Symbol.asyncDispose]());

const add = (payload: string | Buffer) =>
  shop.call({
    method: 'POST',
    url: '/api/v1/cart/items',
    payload,
    headers: { authorization: `Bearer ${shopper.token}`, 'content-type': 'application/json' },
  });

describe('the list of errors', () => {
  it('is bounded, and says how many more there are', async () => {
    const fields = Array.from({ length: 4000 }, (_, index) => `"field${index}":1`);
    const { status, text, body } = await add(`{${fields}}`);
    expect([status, body.errors.length]).toEqual([422, 50]);
    // Three required fields are missing too.
    expect(body.detail).toContain('3953 more are not listed');
    expect(text.length).toBeLessThan(10_000);
  });

  it('names the parent of a field with a long name', async () => {
    const { status, text, body } = await add(`{"${'k'.repeat(60_000)}":1}`);
    expect(status).toBe(422);
    expect(body.errors).toContainEqual({
      pointer: '',
      detail: expect.stringContaining('long name'),
    });
    expect(text.length).toBeLessThan(2000);
  });

  it.each([
    ['a/b~c', '/a~1b~0c'],
    ['~1', '/~01'],
    ['', '/'],
    ['\ud83d', '/\ufffd'],
  ])('points to the field %j as RFC 6901 says', async (name, pointer) => {
    expect(pointerTo([name])).toBe(pointer);
    const { body } = await add(JSON.stringify({ [name]: 1 }));
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });
});

describe('text that is not well-formed Unicode', () => {
  const bytes = (...parts: (string | readonly number[])[]) =>
    Buffer.concat(parts.map((part) => Buffer.from(part as string)));

  it.each([
    ['an escaped lone surrogate', '"mug\\ud83d"'],
    ['an escaped NUL', '"mug\\u0000"'],
    ['a raw lone surrogate', bytes('"mug', [0xed, 0xa0, 0xbd], '"')],
    ['a byte that is not UTF-8', bytes('"mug', [0xff], '"')],
    ['a cut letter', bytes('"mug', [0xc5], '"')],
  ])('in a body gets 422 with its field: %s', async (_, json) => {
    const head = `{"customer_id":"${shopper.customerId}","quantity":1,"product_id":`;
    const { status, body } = await add(bytes(head, [...Buffer.from(json)], '}'));
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      { pointer: '/product_id', detail: 'must be well-formed Unicode without U+0000' },
    ]);
  });

  it.each(['name', 'line1', 'line2', 'city', 'region', 'postal_code', 'country'])(
    'in the %s of an address places no order and asks for no payment',
    async (field) => {
      const address = { ...checkoutBody('').shipping_address, [field]: 'Ann \ud83d' };
      const { customerId } = shopper;
      const order = checkoutBody(customerId, { shipping_address: address });
      const { status, body } = await shopper.call('POST', '/cart/checkout', order);
      expect(status).toBe(422);
      expect(body.errors[0].pointer).toBe(`/shipping_address/${field}`);
    },
  );

  it.each([
    ['/products?category=%00', '/category'],
    ['/products?category=%ed%a0%bd', '/category'],
    ['/products?q=%ff', '/q'],
    ['/products?cursor=%00', '/cursor'],
    ['/orders?cursor=%c5', '/cursor'],
    ['/orders/%00', '/order_id'],
    ['/products/a%00', '/product_id'],
    ['/products/%ed%a0%bd', '/product_id'],
    ['/products/%f0%9f%98', '/product_id'],
    ['/cart/%ff', '/customer_id'],
    ['/cart/%ff/events', '/customer_id'],
    ['/cart/%ff/quote', '/customer_id'],
  ])('in %s gets 422 with its field', async (path, pointer) => {
    const { status, body } = await shopper.call('GET', path);
    expect([status, body.errors?.[0].pointer]).toEqual([422, pointer]);
  });

  it.each(['idempotency-key', 'if-match', 'if-none-match', 'last-event-id', 'x-customer-id'])(
    'in the header %s gets 422 with its name',
    async (name) => {
      const headers = { [name]: '\u00ed\u00a0\u00bd' };
      const { status, body } = await shopper.call('DELETE', '/cart/x', undefined, headers);
      expect([status, body.errors?.[0].pointer]).toEqual([422, `/${name}`]);
    },
  );

  it('is not found in text of any script', async () => {
    for (const text of ['Łódź', '漢字', '😀', '\ufffd', '\u{10ffff}', '100%']) {
      const path = `/products?q=${encodeURIComponent(text)}&category=${encodeURIComponent(text)}`;
      expect((await shopper.call('GET', path)).status).toBe(200);
    }
    expect((await shopper.call('GET', '/products?q=100%')).status).toBe(200);
  });
});
