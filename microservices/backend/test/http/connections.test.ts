// Connections that clients use in unusual ways, as bytes on a real socket.

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendRaw } from '../../test-support/raw-request.ts';
import { createTestApp, type Shopper, type TestApp } from '../../test-support/test-app.ts';

let shop: TestApp;
let shopper: Shopper;
let port: number;
beforeAll(async () => {
  shop = await createTestApp({ CORS_ORIGINS: 'https://shop.example' });
  await shop.addProduct('mug');
  await shop.app.listen({ host: '127.0.0.1', port: 0 });
  const address = shop.app.server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
beforeEach(async () => {
  shopper = await shop.newShopper();
});
afterAll(() => shop[Symbol.asyncDispose]());

const CLOSE = 'Host: shop.example\r\nConnection: close\r\n';
const owner = () => `Authorization: Bearer ${shopper.token}\r\n`;
const cartPath = () => `/api/v1/cart/${shopper.customerId}`;
const get = (headers = '') => `GET ${cartPath()} HTTP/1.1\r\nHost: a\r\n${owner()}${headers}\r\n`;

function add(length = 0, headers = 'Host: a\r\n') {
  const body = JSON.stringify({
    customer_id: shopper.customerId,
    product_id: 'mug',
    quantity: 1,
    product_name: 'Ünï',
  });
  const size = length + Buffer.byteLength(body);
  return Buffer.from(
    `POST /api/v1/cart/items HTTP/1.1\r\n${headers}${owner()}Content-Type: application/json\r\n` +
      `Content-Length: ${size}\r\n\r\n${body}`,
  );
}

/** Closes its half of the connection after the bytes. */
async function sendAndFinish(bytes: string | Buffer): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.end(bytes);
  await once(socket, 'end');
  socket.destroy();
  return text;
}

const statusesIn = (text: string) => [...text.matchAll(/HTTP\/1.1 (\d{3}) /g)].map((m) => m[1]);

async function statusesOf(...bytes: (string | Buffer)[]): Promise<string[]> {
  const { status, body } = await sendRaw(port, ...bytes);
  return [String(status), ...statusesIn(body).map(String)];
}

describe('a client that closes its half of the connection after its request', () => {
  it('gets the response', async () => {
    expect(statusesIn(await sendAndFinish(add()))).toEqual(['200']);
    expect(statusesIn(await sendAndFinish(get()))).toEqual(['200']);
    expect(statusesIn(await sendAndFinish(get() + get()))).toEqual(['200', '200']);
  });

  it('gets 400 for a part of a request', async () => {
    expect(statusesIn(await sendAndFinish(add(5)))).toEqual(['400']);
    expect(statusesIn(await sendAndFinish('GET / HTTP/1.1\r\nHost'))).toEqual(['400']);
  });

  it('has left a stream of events', async () => {
    const streams = async () =>
      /^carthub_cart_streams (\d+)$/m.exec(
        (await shop.call({ method: 'GET', url: '/metrics' })).text,
      )?.[1];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(`GET ${cartPath()}/events HTTP/1.1\r\n${CLOSE}${owner()}\r\n`);
    await once(socket, 'data');
    expect(await streams()).toBe('1');
    socket.end();
    await expect.poll(streams).toBe('0');
    socket.destroy();
  });
});

describe('bytes after a request that are no request', () => {
  it.each([
    ['nonsense', () => [get(), 'nonsense\r\n\r\n'], ['200', '400']],
    ['a Content-Length in characters', () => [add(-2)], ['400']],
    ['a body without a length', () => [get(), '{"quantity":1}'], ['200', '400']],
    ['after two requests', () => [get() + get(), '\x16\x03\x01'], ['200', '200', '400']],
  ])('leave the earlier responses as they are: %s', async (_, bytes, statuses) => {
    expect(await statusesOf(...bytes())).toEqual(statuses);
  });
});

describe('a request is refused with a problem', () => {
  it.each([
    ['CONNECT', 'CONNECT shop.example:443 HTTP/1.1\r\n', 'Host: shop.example\r\n'],
    ['HTTP/2.0', 'GET /livez HTTP/2.0\r\n', CLOSE],
    ['HTTP/0.9', 'GET /livez HTTP/0.9\r\n', CLOSE],
    ['a Host with a space', 'GET /livez HTTP/1.1\r\n', CLOSE.replace('.', ' ')],
    ['a Host with a path', 'GET /livez HTTP/1.1\r\n', CLOSE.replace('.', '/')],
    ['a Host with a user', 'GET /livez HTTP/1.1\r\n', CLOSE.replace('shop', 'me@shop')],
    ['a Host with markup', 'GET /livez HTTP/1.1\r\n', CLOSE.replace('shop', '<script>')],
    ['a Host with a raw letter', 'GET /livez HTTP/1.1\r\n', CLOSE.replace('o', '\xf6')],
    ['a Host with a port that is none', 'GET /livez HTTP/1.1\r\n', CLOSE.replace('.', ':')],
    ['an origin without a host', 'GET http:///livez HTTP/1.1\r\n', CLOSE],
    ['an origin with a user', 'GET http://me:pass@shop.example/livez HTTP/1.1\r\n', CLOSE],
    [
      'gzip, chunked',
      'POST /api/v1/sessions HTTP/1.1\r\n',
      `${CLOSE}Transfer-Encoding: gzip, chunked\r\n`,
    ],
  ])('with %s', async (_, line, headers) => {
    const end = headers.includes('chunked') ? '\r\n0\r\n\r\n' : '\r\n';
    const response = await sendRaw(port, line + headers + end);
    expect(response.status).toBe(400);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(JSON.parse(response.body).code).toBe('malformed-request');
  });

  it.each(['a', 'a.', 'a_b:8000', '127.0.0.1:80', '[::1]:80', 'xn--bcher-kva.example:', ''])(
    'but not with the Host %s',
    async (host) => {
      const bytes = `GET /livez HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      expect((await sendRaw(port, bytes)).status).toBe(200);
    },
  );
});

it('a precondition is read however many headers precede it', async () => {
  const many = Array.from({ length: 3000 }, (_, index) => `x${index}: 1\r\n`).join('');
  expect(await statusesOf(add(0, `${CLOSE}${many}If-Match: "7"\r\n`))).toEqual(['412']);
});

it('OPTIONS gets an empty response, whether it is a preflight request or not', async () => {
  for (const headers of ['', 'Origin: https://shop.example\r\n', 'Origin: \r\n']) {
    for (const target of [cartPath(), '/livez', '/nowhere', '*']) {
      const bytes = `OPTIONS ${target} HTTP/1.1\r\n${CLOSE}${headers}\r\n`;
      const { status, body } = await sendRaw(port, bytes);
      expect([target, status, body]).toEqual([target, 204, '']);
    }
  }
});

it('a request that is not whole in time is given up after that time, not after twice of it', () => {
  expect(shop.app.server.headersTimeout).toBe(shop.app.server.requestTimeout);
});
