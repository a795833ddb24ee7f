// Requests as bytes to the backend directly and through both servers of the site: the responses are the same.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcomes } from './support/raw-requests.ts';
import { hasNginx, openNginx, type Site } from './support/servers-of-the-site.ts';
import { createTestShop, type TestShop } from './support/shop.ts';

interface Session {
  readonly customer_id: string;
  readonly token: string;
}

let nginx: Site | undefined;
let shop: TestShop;
let customer: string;
let token: string;
beforeAll(async () => {
  shop = await createTestShop();
  await shop.open();
  if (hasNginx) nginx = await openNginx({ backendUrl: `http://127.0.0.1:${shop.backendPort}` });
  const response = await fetch(`${shop.url}/api/v1/sessions`, { method: 'POST' });
  const session: Session = JSON.parse(await response.text());
  ({ customer_id: customer, token } = session);
});
afterAll(async () => {
  await nginx?.[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});

/** What nginx decides before its configuration is read. */
const NGINX_DIFFERS = new Set([
  // Paths above the root, and %00: 400 as a problem.
  '..%2F..%2Fa',
  '%00',
  'OPTIONS *',
  'an empty Host',
  // Read as HTTP/1.1.
  'HTTP/1.2',
]);

/** The customer and the token are put in when the shop runs. */
const CUSTOMER = '{customer}';
const HOST = 'Host: shop.example\r\n';
const END = `${HOST}Connection: close\r\n\r\n`;
const OWNER = 'Authorization: Bearer {token}\r\n';

async function expectSame(name: string, bytes: string): Promise<string[]> {
  const filled = bytes.replaceAll(CUSTOMER, customer).replaceAll('{token}', token);
  const direct = await outcomes(`http://127.0.0.1:${shop.backendPort}`, filled);
  expect(await outcomes(shop.url, filled)).toEqual(direct);
  if (nginx && !NGINX_DIFFERS.has(name))
    expect(await outcomes(nginx.url, filled), 'nginx').toEqual(direct);
  // Otherwise both may have refused the connection.
  expect(direct).not.toEqual([]);
  for (const outcome of direct.filter((each) => !/^[123]/.test(each)))
    expect(outcome).toMatch(/application\/problem\+json [a-z-]+ with a request id$/);
  return direct;
}

const IDS = ['.', '..', '...', '..a', 'a..', '%2e', '%2e%2e', '%2E.', 'a%2F..%2Fb', '..%2F..%2Fa'];
const MORE_IDS = [
  '../a',
  'a/../b',
  './',
  '..;',
  '..%5Ca',
  '%00',
  '%',
  '%zz',
  '%ff',
  '%2',
  '\\',
  '%3F',
];

describe('an id that looks like a path', () => {
  it.each([...IDS, ...MORE_IDS])('%s', async (id) => {
    const paths = [
      `/api/v1/products/${id}`,
      `/api/v1/cart/${id}`,
      `/api/v1/orders/${id}`,
      `/health/${id}`,
      `/docs/${id}`,
    ];
    for (const path of paths) await expectSame(id, `GET ${path} HTTP/1.1\r\n${OWNER}${END}`);
    const line = `/api/v1/cart/${CUSTOMER}/items/${id}`;
    const body = '{"quantity":1}';
    const json = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    for (const method of ['PUT', 'PATCH'])
      await expectSame(id, `${method} ${line} HTTP/1.1\r\n${OWNER}${json}${END}${body}`);
    await expectSame(id, `DELETE ${line} HTTP/1.1\r\n${OWNER}${END}`);
  });
});

const line = `/api/v1/cart/${CUSTOMER}/items/mug`;
const products = 'GET /api/v1/products HTTP/1.1\r\n';
const session = 'POST /api/v1/sessions HTTP/1.1\r\n';

it.each([
  ['an empty Content-Type', `DELETE ${line} HTTP/1.1\r\n${OWNER}Content-Type:\r\n${END}`],
  ['a Content-Type of one word', `DELETE ${line} HTTP/1.1\r\n${OWNER}Content-Type: json\r\n${END}`],
  [
    'a form',
    `${session}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n${END}a=b`,
  ],
  ['TRACE', `TRACE /api/v1/products HTTP/1.1\r\n${END}`],
  ['PROPFIND', `PROPFIND /api/v1/products HTTP/1.1\r\n${END}`],
  ['QUERY', `QUERY /api/v1/products HTTP/1.1\r\n${END}`],
  ['HEAD', `HEAD /api/v1/products HTTP/1.1\r\n${END}`],
  ['an unknown method', `FETCH /api/v1/products HTTP/1.1\r\n${END}`],
  ['OPTIONS', `OPTIONS /api/v1/products HTTP/1.1\r\n${END}`],
  ['OPTIONS *', `OPTIONS * HTTP/1.1\r\n${END}`],
  ['CONNECT', `CONNECT shop.example:443 HTTP/1.1\r\n${END}`],
  ['no Host', `${products}Connection: close\r\n\r\n`],
  ['no Host in HTTP/1.0', 'GET /api/v1/products HTTP/1.0\r\n\r\n'],
  ['HTTP/1.2', `GET /api/v1/products HTTP/1.2\r\n${END}`],
  ['HTTP/2.0', `GET /api/v1/products HTTP/2.0\r\n${END}`],
  ['an empty Host', `${products}Host:\r\nConnection: close\r\n\r\n`],
  ['a malformed Host', `${products}Host: a b\r\nConnection: close\r\n\r\n`],
  ['a Host with user information', `${products}Host: a@b\r\nConnection: close\r\n\r\n`],
  ['two Hosts', `${products}Host: a.example\r\n${END}`],
  ['absolute form', `GET http://shop.example/api/v1/products HTTP/1.1\r\n${END}`],
  ['absolute form in capitals', `GET HTTP://SHOP.example/api/v1/products HTTP/1.1\r\n${END}`],
  ['absolute form with a malformed host', `GET http://a@b/api/v1/products HTTP/1.1\r\n${END}`],
  ['two slashes', `GET //api/v1/products HTTP/1.1\r\n${END}`],
  ['an encoded prefix', `GET /%61pi/v1/products HTTP/1.1\r\n${END}`],
  ['a long id', `GET /api/v1/products/${'x'.repeat(1025)} HTTP/1.1\r\n${END}`],
  ['headers above the limit', `${products}Cookie: ${'x'.repeat(500_000)}\r\n${END}`],
  ['two keys', `${session}Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 0\r\n${END}`],
  ['an unknown expectation', `${session}Expect: something\r\nContent-Length: 0\r\n${END}`],
  ['no length', `${session}${END}`],
  ['another transfer coding', `${session}Transfer-Encoding: gzip, chunked\r\n${END}0\r\n\r\n`],
  [
    'a chunked body',
    `${session}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n${END}2\r\n{}\r\n0\r\n\r\n`,
  ],
  [
    'a length and chunks',
    `${session}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n${END}0\r\n\r\n`,
  ],
  [
    'a body that is too large',
    `${session}Content-Type: application/json\r\nContent-Length: 70000\r\n${END}${'x'.repeat(70_000)}`,
  ],
])('%s', async (name, bytes) => {
  await expectSame(name, bytes);
});

it.each([
  ['an empty body', `${session}${HOST}Content-Length: 0\r\n\r\nxx\r\n\r\n`, ['201', '400']],
  ['a good request', `${products}${HOST}\r\nGARBAGE\r\n\r\n`, ['200', '400']],
  [
    'two good requests',
    `${`${products}${HOST}\r\n`.repeat(2)}GARBAGE\r\n\r\n`,
    ['200', '200', '400'],
  ],
  ['a chunk', `${session}${HOST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, ['400']],
])(
  'sends the responses of complete requests before it refuses what follows %s',
  async (name, bytes, statuses) => {
    const responses = await expectSame(name, bytes);
    expect(responses.map((each) => each.slice(0, 3))).toEqual(statuses);
  },
);
