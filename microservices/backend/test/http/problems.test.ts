import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raiseIn } from '../../test-support/raise-in.ts';
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

const raw = (payload: string, contentType = 'application/json', path = '/cart/items') =>
  shop.call({
    method: 'POST',
    url: `/api/v1${path}`,
    payload,
    headers: { authorization: `Bearer ${shopper.token}`, 'content-type': contentType },
  });

describe('a request that cannot be read', () => {
  it.each([
    ['malformed JSON', '{"customer_id":', 'application/json', 400, 'malformed-request'],
    ['an empty body', '', 'application/json', 400, 'malformed-request'],
    ['a prototype', '{"__proto__":{"x":1}}', 'application/json', 400, 'malformed-request'],
    ['text', 'hello', 'text/plain', 415, 'unsupported-media-type'],
    ['a form', 'a=b', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
    ['too much', `{"x":"${'y'.repeat(65_536)}"}`, 'application/json', 413, 'body-too-large'],
  ])('with %s', async (_case, payload, contentType, status, code) => {
    const answer = await raw(payload, contentType);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('at an unknown path', async () => {
    const { status, body } = await shop.call({ method: 'GET', url: '/api/v1/nothing' });
    expect([status, body.code]).toEqual([404, 'not-found']);
  });

  it('at a path that is not UTF-8', async () => {
    const { status, body } = await shop.call({ method: 'GET', url: '/api/v1/products/%ff' });
    expect([status, body.errors?.[0].pointer]).toEqual([422, '/product_id']);
  });

  it.each(['%', '%zz', '100%', '%u0041'])('at a path with %j, which is no encoding', async (id) => {
    const { status, body } = await shop.call({ method: 'GET', url: `/api/v1/products/${id}` });
    expect([status, body.code]).toEqual([400, 'malformed-request']);
  });
});

describe('a body that does not fit its schema', () => {
  const item = () => ({ customer_id: shopper.customerId, product_id: 'mug', quantity: 1 });
  it.each([
    ['an unknown field', { colour: 'red' }, '/colour'],
    ['no quantity', { quantity: undefined }, '/quantity'],
    ['a quantity of 0', { quantity: 0 }, '/quantity'],
    ['a quantity of 100', { quantity: 100 }, '/quantity'],
    ['a quantity of 1.5', { quantity: 1.5 }, '/quantity'],
    ['a quantity in quotes', { quantity: '1' }, '/quantity'],
    ['a price of three decimals', { price: 12.055 }, '/price'],
    ['a negative price', { price: -1 }, '/price'],
    ['an empty id', { product_id: '' }, '/product_id'],
    ['an id of 256 characters', { product_id: 'x'.repeat(256) }, '/product_id'],
    ['an id that PostgreSQL cannot hold', { product_id: 'a\u0000b' }, '/product_id'],
    ['an array for an id', { product_id: ['mug'] }, '/product_id'],
  ])('with %s gets 422 with a pointer to it', async (_case, changes, pointer) => {
    const { status, body } = await shopper.call('POST', '/cart/items', { ...item(), ...changes });
    expect([status, body.code]).toEqual([422, 'validation-failed']);
    expect(body.errors).toEqual([{ pointer, detail: expect.any(String) }]);
  });

  it('reports every violation at once', async () => {
    const { body } = await shopper.call('POST', '/cart/checkout', {
      customer_id: shopper.customerId,
      email: 'nobody',
      shipping_address: { name: 'A', planet: 'Earth' },
      payment_method: '',
    });
    const pointers = body.errors.map((error: { pointer: string }) => error.pointer);
    for (const pointer of [
      '/email',
      '/shipping_address/line1',
      '/shipping_address/planet',
      '/payment_method',
    ]) {
      expect(pointers).toContain(pointer);
    }
  });

  it('is checked before ownership, and both before any write', async () => {
    const stranger = await shop.newShopper();
    const answer = await stranger.call('PUT', `/cart/${shopper.customerId}/items/mug`, {
      quantity: -1,
    });
    expect(answer.status).toBe(422);
  });

  it('accepts every price with two decimals', async () => {
    for (const price of [0, 0.07, 0.29, 1.1, 4.35, 1.005e3, 99_999_999.99]) {
      const { body } = await shopper.call('POST', '/cart/items', { ...item(), price });
      expect([price, body.code]).toEqual([price, 'price-changed']);
    }
  });
});

describe('a problem', () => {
  it('has the members of RFC 9457 and the id of its request', async () => {
    const answer = await shop.call({
      method: 'GET',
      url: '/api/v1/products/none',
      headers: { 'x-request-id': 'my-request-1' },
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'x-request-id': 'my-request-1',
    });
    expect(answer.body).toEqual({
      type: 'urn:carthub:problem:product-not-found',
      title: 'Not Found',
      status: 404,
      detail: 'There is no such product.',
      code: 'product-not-found',
      request_id: 'my-request-1',
    });
  });

  it('does not adopt a request id that could forge a log line', async () => {
    const headers = { 'x-request-id': 'a "b\\n" c' };
    const { body } = await shop.call({ method: 'GET', url: '/api/v1/products/none', headers });
    expect(body.request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('of the server does not expose its cause', async () => {
    await using broken = await createTestApp();
    await broken.addProduct('mug');
    await raiseIn(broken, 'cart_items', 'XX000');
    const victim = await broken.newShopper();
    const item = { customer_id: victim.customerId, product_id: 'mug', quantity: 1 };
    const fault = await victim.call('POST', '/cart/items', item);
    expect([fault.status, fault.body.code]).toEqual([500, 'internal']);
    expect(fault.text).not.toMatch(/cart_items|made to fail|function|insert/);
    await broken.sql('drop table cart_items');
    const { status, text } = await victim.call('GET', `/cart/${victim.customerId}`);
    expect(status).toBe(503);
    expect(text).not.toMatch(/cart_items|relation|select|at /);
  });
});

describe('every response with a cart', () => {
  it('matches its schema in the OpenAPI document', async () => {
    const { Value } = await import('typebox/value');
    const { Cart } = await import('../../src/modules/cart/cart.schemas.ts');
    const buyer = await shop.newShopper();
    const { customerId } = buyer;
    const path = `/cart/${customerId}`;
    const answers = [
      await buyer.call('GET', path),
      await buyer.call('POST', '/cart/items', {
        customer_id: customerId,
        product_id: 'mug',
        quantity: 3,
      }),
      await buyer.call('PUT', `${path}/items/mug`, { quantity: 2 }),
      await buyer.call('GET', path),
      await buyer.call('DELETE', `${path}/items/mug`),
      await buyer.call('DELETE', path),
    ];
    for (const { body } of answers) expect([...Value.Errors(Cart, body)]).toEqual([]);
    const empty = await buyer.call('POST', '/cart/checkout', checkoutBody(customerId));
    expect(empty.body.code).toBe('cart-empty');
  });
});

describe('the rate limit', () => {
  it('limits each customer and says when to retry', async () => {
    await using strict = await createTestApp({ RATE_LIMIT_PER_CUSTOMER: '3' });
    const [eager, calm] = [await strict.newShopper(), await strict.newShopper()];
    const ask = (who: Shopper) => who.call('GET', `/cart/${who.customerId}`);
    const answers = [];
    for (let i = 0; i < 4; i += 1) answers.push(await ask(eager));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers[0]?.headers).toMatchObject({
      'ratelimit-limit': '3',
      'ratelimit-remaining': '2',
    });
    const limited = answers[3];
    expect(limited?.body.code).toBe('rate-limited');
    expect(Number(limited?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(calm)).status).toBe(200);
  });

  it('limits each address, and never the probes', async () => {
    await using strict = await createTestApp({ RATE_LIMIT_PER_ADDRESS: '2' });
    const products = () => strict.call({ method: 'GET', url: '/api/v1/products' });
    const statuses = [await products(), await products(), await products()].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([200, 200, 429]);
    for (const url of ['/livez', '/readyz', '/health', '/metrics']) {
      expect((await strict.call({ method: 'GET', url })).status).toBe(200);
    }
  });
});
