// What a JSON body may be, beside its schema.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRepeatedName } from '../../src/http/plugins/json-body.ts';
import { createTestApp, type Shopper, type TestApp } from '../../test-support/test-app.ts';

let shop: TestApp;
let shopper: Shopper;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug');
  shopper = await shop.newShopper();
});
afterAll(() => shop[Symbol.asyncDispose]());

const item = (end = '"quantity":1}') =>
  `{"customer_id":"${shopper.customerId}","product_id":"mug",${end}`;
const send = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  shop.call({
    method: 'POST',
    url: '/api/v1/cart/items',
    headers: {
      authorization: `Bearer ${shopper.token}`,
      'content-type': 'application/json',
      ...headers,
    },
    payload,
  });

describe('a name that an object has twice', () => {
  it.each([
    ['"quantity":1,"quantity":2}'],
    ['"quantity":1,"quantity":1}'],
    ['"quantity":1,"qu\\u0061ntity":2}'],
    ['"quantity":1,"product_name":"a: \\"b\\", c","product_name":"d"}'],
  ])('is refused, because programs differ in which one they read: %s', async (end) => {
    const before = await shopper.call('GET', `/cart/${shopper.customerId}`);
    const { status, body } = await send(item(end));
    expect([status, body.code]).toEqual([400, 'malformed-request']);
    expect(body.detail).toContain('the same name twice');
    const after = await shopper.call('GET', `/cart/${shopper.customerId}`);
    expect(after.body).toEqual(before.body);
  });

  it('is refused within an address too, and the same name in two objects is accepted', async () => {
    const address = '{"name":"A","line1":"1","city":"B","postal_code":"12345","country":"US"}';
    const order = (shipping: string) =>
      shop.call({
        method: 'POST',
        url: '/api/v1/cart/checkout',
        headers: {
          authorization: `Bearer ${shopper.token}`,
          'content-type': 'application/json',
        },
        payload:
          `{"customer_id":"${shopper.customerId}","email":"a@example.com",` +
          `"shipping_address":${shipping},"billing_address":${address},"payment_method":"pm_test_approve"}`,
      });
    const twice = address.replace('{', '{"name":"B",');
    expect((await order(twice)).status).toBe(400);
    await send(item());
    expect((await order(address)).status).toBe(201);
  });

  it('is found wherever it is, and never where it is not', () => {
    const name = fc.constantFrom('a', 'b', ':', '"', '\\', '{"a":1}', '1');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, name, fc.integer(), tie('list'), tie('object')),
      list: fc.record({ list: fc.array(tie('value'), { maxLength: 3 }) }),
      object: fc.record({ members: fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }) }),
    }));
    fc.assert(
      fc.property(value, (made) => {
        const { text, isRepeated } = write(made);
        expect(hasRepeatedName(text, JSON.parse(text))).toBe(isRepeated);
      }),
    );
  });
});

/** JSON text in which an object can have a name twice. */
function write(made: unknown): { text: string; isRepeated: boolean } {
  if (typeof made !== 'object' || made === null)
    return { text: JSON.stringify(made), isRepeated: false };
  if ('list' in made && Array.isArray(made.list)) {
    const parts = made.list.map(write);
    const text = `[${parts.map((part) => part.text).join()}]`;
    return { text, isRepeated: parts.some((part) => part.isRepeated) };
  }
  const members: [string, unknown][] =
    'members' in made && Array.isArray(made.members) ? made.members : [];
  const parts = members.map(([name, inner]) => ({ name, ...write(inner) }));
  const text = `{${parts.map((part) => `${JSON.stringify(part.name)} : ${part.text}`).join()}}`;
  const isOwn = new Set(parts.map((part) => part.name)).size < parts.length;
  // JSON.parse has dropped the earlier ones, and what was in them.
  return { text, isRepeated: isOwn || parts.some((part) => part.isRepeated) };
}

describe('the coding of a body', () => {
  it.each([
    ['application/json; charset=utf-8'],
    ['application/json;charset="UTF-8"'],
    ['application/json; charset=utf8'],
    ['application/json; charset=us-ascii'],
    ['application/json; odata=verbose'],
    ['Application/JSON;'],
  ])('may be %s', async (type) => {
    expect((await send(item(), { 'content-type': type })).status).toBe(200);
  });

  it.each([
    ['content-type', 'application/json; charset=latin1'],
    ['content-type', 'application/json; charset=utf-16'],
    ['content-type', 'application/json; a=b; charset="windows-1252"'],
    ['content-encoding', 'gzip'],
    ['content-encoding', 'br'],
    ['content-encoding', 'identity, gzip'],
  ])('is refused with 415, not guessed, if it is another: %s: %s', async (name, value) => {
    const { status, body } = await send(item(), { [name]: value });
    expect([status, body.code]).toEqual([415, 'unsupported-media-type']);
  });

  it('may be identity', async () => {
    expect((await send(item(), { 'content-encoding': 'identity' })).status).toBe(200);
  });
});
