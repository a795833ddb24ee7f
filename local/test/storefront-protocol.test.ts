// Requests as bytes to the storefront's server alone, with a backend that echoes.

import { expect, it } from 'vitest';
import { openStorefront } from './support/open-storefront.ts';
import { send } from './support/raw-requests.ts';

const HOST = 'Host: shop.example\r\nConnection: close\r\n';
const echo = (rest: string, target = '/api/v1/echo') =>
  `GET ${target} HTTP/1.1\r\n${HOST}${rest}\r\n`;

it.each(['100-continue', 'something-else'])('proxies a request that expects %s', async (value) => {
  await using shop = await openStorefront();
  const { body } = await send(shop.url, echo(`Expect: ${value}\r\n`));
  // After `100 Continue` comes the response.
  expect(body).toMatch(/(^|200 OK[\s\S]*)\{.*"x-forwarded-proto":"http"/);
});

it.each(['http://shop.example', 'HTTP://127.0.0.1:8080'])(
  'serves targets in absolute form: %s',
  async (origin) => {
    await using shop = await openStorefront();
    expect((await send(shop.url, echo('', `${origin}/api/v1/echo?a=b`))).status).toBe(200);
    expect((await send(shop.url, echo('', `${origin}/`))).body).toContain('<title>Shop</title>');
    expect((await send(shop.url, echo('', origin))).body).toContain('<title>Shop</title>');
  },
);

it.each([
  [
    'three cookies of 2.7 kB',
    `a=${'x'.repeat(2700)}; b=${'x'.repeat(2700)}; c=${'x'.repeat(2700)}`,
  ],
  ['a cookie of 32 kB', `a=${'x'.repeat(32_000)}`],
])('passes on %s', async (_, cookie) => {
  await using shop = await openStorefront();
  const { status, body } = await send(shop.url, echo(`Cookie: ${cookie}\r\n`));
  expect(status).toBe(200);
  expect(JSON.parse(body).cookie).toBe(cookie);
});

it('loads the page whatever cookies a browser has, and passes on that the backend refuses them', async () => {
  await using shop = await openStorefront();
  const cookies = `Cookie: ${`a=${'x'.repeat(4000)}; `.repeat(150)}\r\n`;
  const page = await send(shop.url, echo(cookies, '/'));
  expect([page.status, page.body]).toEqual([200, expect.stringContaining('<title>Shop</title>')]);
  expect((await send(shop.url, echo(cookies))).status).toBe(431);
});

it('passes on both of two headers, so that the backend can refuse them', async () => {
  await using shop = await openStorefront();
  const { body } = await send(shop.url, echo('Idempotency-Key: a\r\nidempotency-key: b\r\n'));
  expect(JSON.parse(body).raw).toEqual(
    expect.arrayContaining(['idempotency-key', 'a', 'idempotency-key', 'b']),
  );
});

it.each([
  ['nonsense', 'nonsense\r\n\r\n', 400],
  ['a space in the path', `GET /a b HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['headers without end', `GET / HTTP/1.1\r\nCookie: ${'x'.repeat(2_000_000)}`, 431],
])('answers %s with a problem document', async (_, bytes, status) => {
  await using shop = await openStorefront();
  const response = await send(shop.url, bytes);
  expect(response.status).toBe(status);
  expect(response.head).toContain('content-type: application/problem+json');
  expect(JSON.parse(response.body).status).toBe(status);
});

it('answers a page address that cannot be decoded with the page', async () => {
  await using shop = await openStorefront();
  const { status, body } = await send(shop.url, echo('Accept: text/html\r\n', '/products/100%'));
  expect([status, body]).toEqual([200, expect.stringContaining('<title>Shop</title>')]);
});
