// What happens below the routes: requests as bytes on a real socket.

import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../../test-support/raw-request.ts';
import { createTestApp, type Shopper, type TestApp } from '../../test-support/test-app.ts';

let shop: TestApp;
let shopper: Shopper;
let port: number;
beforeAll(async () => {
  shop = await createTestApp({ LOG_LEVEL: 'info' });
  await shop.addProduct('mug', { price: '10.00' });
  shopper = await shop.newShopper();
  await shop.app.listen({ host: '127.0.0.1', port: 0 });
  const address = shop.app.server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => shop[Symbol.asyncDispose]());

const HOST = 'Host: shop.example\r\nConnection: close\r\n';
const owner = () => `Authorization: Bearer ${shopper.token}\r\n`;

describe('a request that Node.js cannot parse gets a problem', () => {
  it.each([
    ['nonsense', 'nonsense\r\n\r\n', 400, 'malformed-request'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'malformed-request'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'malformed-request'],
    ['an unknown method', `FETCH / HTTP/1.1\r\n${HOST}\r\n`, 400, 'malformed-request'],
    ['a space in the path', `GET /a b HTTP/1.1\r\n${HOST}\r\n`, 400, 'malformed-request'],
    ['a raw letter in the path', `GET /\xc5\x81 HTTP/1.1\r\n${HOST}\r\n`, 400, 'malformed-request'],
    [
      'NUL in a header',
      `GET / HTTP/1.1\r\n${HOST}If-Match: a\0b\r\n\r\n`,
      400,
      'malformed-request',
    ],
    ['no Host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'malformed-request'],
    ['two Hosts', `GET /livez HTTP/1.1\r\nHost: a\r\n${HOST}\r\n`, 400, 'malformed-request'],
    [
      'two lengths',
      `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
      400,
      'malformed-request',
    ],
    [
      'a broken chunk',
      `POST /api/v1/sessions HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
      'malformed-request',
    ],
    [
      'too large headers',
      `GET / HTTP/1.1\r\n${HOST}Cookie: ${'c'.repeat(500_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
  ])('with %s', async (_, bytes, status, code) => {
    const response = await sendRaw(port, bytes);
    expect(response.status).toBe(status);
    expect(response.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      connection: 'close',
    });
    const problem = JSON.parse(response.body);
    expect(problem).toMatchObject({ code, status, request_id: response.headers['x-request-id'] });
    expect(shop.logs.some((line) => line.request_id === problem.request_id)).toBe(true);
  });

  it('after its time, if it does not arrive', async () => {
    const { server } = shop.app;
    const { headersTimeout, requestTimeout } = server;
    Object.assign(server, { headersTimeout: 50, requestTimeout: 50 });
    const { status, body } = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\n');
    Object.assign(server, { headersTimeout, requestTimeout });
    expect([status, JSON.parse(body).code]).toEqual([408, 'request-timeout']);
  });
});

describe('headers', () => {
  it.each([
    ['three cookies of 2.7 kB', Array(3).fill('c'.repeat(2700))],
    ['a cookie of 32 kB', ['c'.repeat(32_000)]],
    ['eight cookies of 4 kB', Array(8).fill('c'.repeat(4000))],
  ])('of %s are accepted', async (_, cookies: string[]) => {
    const cookie = cookies.map((value, index) => `c${index}=${value}`).join('; ');
    const path = `/api/v1/cart/${shopper.customerId}`;
    const bytes = `GET ${path} HTTP/1.1\r\n${HOST}Cookie: ${cookie}\r\n${owner()}\r\n`;
    expect((await sendRaw(port, bytes)).status).toBe(200);
  });

  it.each(['Idempotency-Key', 'Authorization', 'Content-Type', 'Last-Event-ID', 'X-Customer-Id'])(
    'that have one value are refused if there are two: %s',
    async (name) => {
      const body = JSON.stringify({
        customer_id: shopper.customerId,
        product_id: 'mug',
        quantity: 1,
      });
      const fields = `${name}: application/json\r\n${name.toLowerCase()}: application/json\r\n`;
      const before = await shopper.call('GET', `/cart/${shopper.customerId}`);
      const response = await sendRaw(
        port,
        `POST /api/v1/cart/items HTTP/1.1\r\n${HOST}${owner()}${fields}`,
        `Content-Length: ${body.length}\r\n\r\n${body}`,
      );
      expect(response.status).toBe(400);
      const { errors } = JSON.parse(response.body);
      expect(errors[0].pointer).toBe(`/${name.toLowerCase()}`);
      const after = await shopper.call('GET', `/cart/${shopper.customerId}`);
      expect(after.body).toEqual(before.body);
    },
  );

  it('that are lists may be repeated', async () => {
    const path = `/api/v1/cart/${shopper.customerId}`;
    const fields = 'If-None-Match: "7"\r\nIf-None-Match: "0"\r\n';
    const response = await sendRaw(port, `GET ${path} HTTP/1.1\r\n${HOST}${owner()}${fields}\r\n`);
    expect(response.status).toBe(304);
  });

  it.each(['100-continue', 'something-else'])('expecting %s are accepted', async (expectation) => {
    const sent = request({
      port,
      host: '127.0.0.1',
      method: 'DELETE',
      path: `/api/v1/cart/${shopper.customerId}`,
      headers: { authorization: `Bearer ${shopper.token}`, expect: expectation },
    });
    sent.end();
    const [response] = await once(sent, 'response');
    response.resume();
    expect(response.statusCode).toBe(200);
  });
});

it('a target in absolute form is the same as its path, also for an Idempotency-Key', async () => {
  const send = (origin: string) =>
    sendRaw(
      port,
      `DELETE ${origin}/api/v1/cart/${shopper.customerId} HTTP/1.1\r\n${HOST}${owner()}`,
      'Idempotency-Key: absolute\r\n\r\n',
    );
  expect((await send('http://shop.example:8080')).status).toBe(200);
  const again = await send('');
  expect([again.status, again.headers['idempotency-replayed']]).toEqual([200, 'true']);
});

describe('a JSON content type without a body', () => {
  it('is accepted where no body is expected', async () => {
    const { customerId } = shopper;
    const headers = { 'content-type': 'application/json' };
    for (const [method, path] of [
      ['DELETE', `/cart/${customerId}/items/mug`],
      ['DELETE', `/cart/${customerId}`],
      ['GET', `/cart/${customerId}`],
    ] as const) {
      const { status } = await shopper.call(method, path, undefined, headers);
      expect([path, status]).toEqual([path, 200]);
    }
    const url = '/api/v1/sessions';
    expect((await shop.call({ method: 'POST', url, headers })).status).toBe(201);
  });

  it('is refused where one is expected, and so are other types', async () => {
    const headers = {
      authorization: `Bearer ${shopper.token}`,
      'content-type': 'application/json',
    };
    const url = '/api/v1/cart/items';
    expect((await shop.call({ method: 'POST', url, headers })).status).toBe(400);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const session = { method: 'POST', url: '/api/v1/sessions', headers: form } as const;
    expect((await shop.call(session)).status).toBe(415);
  });
});

describe('a chunked body without a type', () => {
  const chunked = (target: string, chunks: string) =>
    sendRaw(
      port,
      `${target} HTTP/1.1\r\n${HOST}${owner()}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
    );

  it('is no body if it has no chunk', async () => {
    expect((await chunked('POST /api/v1/sessions', '')).status).toBe(201);
    const path = `/api/v1/cart/${shopper.customerId}`;
    expect((await chunked(`DELETE ${path}/items/mug`, '')).status).toBe(200);
    expect((await chunked(`DELETE ${path}`, '')).status).toBe(200);
    expect((await chunked('POST /api/v1/none', '')).status).toBe(404);
  });

  it('is refused if it has one, and where a body is expected', async () => {
    expect((await chunked('POST /api/v1/sessions', '2\r\n{}\r\n')).status).toBe(415);
    expect((await chunked('POST /api/v1/cart/items', '')).status).toBe(415);
    expect((await chunked('POST /api/v1/cart/items', '2\r\n{}\r\n')).status).toBe(415);
    expect((await chunked('POST /api/v1/none', '2\r\n{}\r\n')).status).toBe(404);
  });
});

describe('Cache-Control', () => {
  it('is `private, no-store` on everything that belongs to a customer', async () => {
    const { customerId } = shopper;
    const item = { customer_id: customerId, product_id: 'mug', quantity: 1 };
    const responses = [
      await shop.call({ method: 'POST', url: '/api/v1/sessions' }),
      await shopper.call('POST', '/cart/items', item),
      await shopper.call('POST', '/cart/items', { ...item, price: 1 }),
      await shopper.call('GET', `/cart/${customerId}`),
      await shopper.call('GET', `/cart/${customerId}`, undefined, { 'if-none-match': '*' }),
      await shopper.call('GET', `/cart/${customerId}/quote`),
      await shopper.call('GET', '/orders'),
      await shopper.call('GET', '/orders/none'),
      await shopper.call('GET', '/orders?limit=0'),
      await shopper.call('GET', '/cart/other'),
      await shop.call({ method: 'GET', url: '/api/v1/orders' }),
    ];
    for (const { status, headers } of responses)
      expect([status, headers['cache-control']]).toEqual([status, 'private, no-store']);
  });

  it('is `no-store` on problems that belong to nobody', async () => {
    for (const url of ['/api/v1/products/none', '/nowhere', '/api/v1/products/%zz']) {
      const { headers } = await shop.call({ method: 'GET', url });
      expect([url, headers['cache-control']]).toEqual([url, 'no-store']);
    }
  });
});
