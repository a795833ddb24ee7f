import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdProducts } from '../../test-support/hold-products.ts';
import { createTestApp, type TestApp } from '../../test-support/test-app.ts';

let shop: TestApp;
let url: string;
beforeAll(async () => {
  shop = await createTestApp({ MAX_CONCURRENT_REQUESTS: '2', DB_LOCK_TIMEOUT_MS: '60000' });
  await shop.addProduct('mug');
  url = await shop.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => shop[Symbol.asyncDispose]());

/** Each on its own connection, so that none stays open. */
const send = (path: string, method = 'GET', body = ''): ClientRequest => {
  const sent = request(`${url}${path}`, { method, agent: false });
  sent.end(body);
  return sent;
};
const answerTo = async (sent: ClientRequest) => {
  const [answer]: IncomingMessage[] = await once(sent, 'response');
  if (!answer) throw new Error('no answer');
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
};
/** Each runs its own statement. */
const PRODUCTS = '/api/v1/products';
const ask = (path = PRODUCTS, method = 'GET', body = '') => answerTo(send(path, method, body));

it('refuses requests above the limits with Retry-After, and recovers', async () => {
  const release = await holdProducts(shop.superuserUrl);
  const held = [ask(), ask()];
  const waiting = 'select from pg_stat_activity where wait_event_type = $1 and datname = $2';
  const { pathname } = new URL(shop.superuserUrl);
  await expect.poll(() => shop.sql(waiting, ['Lock', pathname.slice(1)])).toHaveLength(2);

  const [refused, post] = await Promise.all([
    ask(),
    ask('/api/v1/cart/items', 'POST', 'x'.repeat(9000)),
  ]);
  expect(refused.status).toBe(503);
  expect(refused.headers['retry-after']).toBe('1');
  expect(refused.headers['content-type']).toBe('application/problem+json');
  expect(JSON.parse(refused.text)).toMatchObject({
    status: 503,
    code: 'overloaded',
    request_id: refused.headers['x-request-id'],
  });
  expect(post.status).toBe(503);
  expect((await ask('/livez')).status).toBe(200);
  expect((await ask('/readyz')).status).toBe(200);

  await release();
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
  expect((await ask()).status).toBe(200);
  const { text: metrics } = await ask('/metrics');
  expect(metrics).toMatch(/_count\{method="GET",route="turned away",status="503"\} 1\n/);
  // The wait is part of the duration, or the alert on slow responses would not see it.
  const [, seconds] =
    /_sum\{method="GET",route="turned away",status="503"\} (\S+)/.exec(metrics) ?? [];
  expect(Number(seconds)).toBeGreaterThan(2.9);
});

it('runs waiting requests when there is room, except those of disconnected clients', async () => {
  const release = await holdProducts(shop.superuserUrl);
  const gone = [send(PRODUCTS), send(PRODUCTS)];
  for (const sent of gone) sent.on('error', () => {});
  const inFlight = async () => (await ask('/metrics')).text;
  await expect.poll(inFlight).toContain('http_requests_in_flight 3\n');
  const waiting = [ask(), ask(), ask()];
  const impatient = send(PRODUCTS);
  impatient.on('error', () => {});
  impatient.destroy();
  await sleep(300);
  for (const sent of gone) sent.destroy();
  await expect.poll(inFlight).toContain('http_requests_in_flight 3\n');
  await release();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
  await expect.poll(inFlight).toContain('http_requests_in_flight 1\n');
  const slow = /bucket\{le="0.25",method="GET",route="\/api\/v1\/products",status="200"\} (\d+)/;
  const count = /count\{method="GET",route="\/api\/v1\/products",status="200"\} (\d+)/;
  const text = await inFlight();
  expect(Number(count.exec(text)?.[1]) - Number(slow.exec(text)?.[1])).toBeGreaterThanOrEqual(3);
});
