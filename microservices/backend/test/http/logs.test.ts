import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addProblemDetails } from '../../src/http/plugins/problem-details.ts';
import { overloaded, Problem } from '../../src/http/problem.ts';
import { holdProducts } from '../../test-support/hold-products.ts';
import {
  checkoutBody,
  createTestApp,
  type LogLine,
  type Shopper,
  type TestApp,
} from '../../test-support/test-app.ts';

/** For a busy machine. */
const BUSY = { timeout: 10_000 };

let shop: TestApp;
let buyer: Shopper;
let seen = 0;
/** On a busy machine, any statement can be slow. */
const isMeant = ({ message, request_id: requestId }: LogLine) =>
  requestId === 'slow-request' || !/^a statement (was|is) slow/.test(String(message));

/** The lines that this test logged. */
const lines = (message?: string): LogLine[] =>
  shop.logs
    .slice(seen)
    .filter(isMeant)
    .filter((line) => message === undefined || line.message === message);

beforeAll(async () => {
  shop = await createTestApp({
    LOG_LEVEL: 'info',
    DB_SLOW_STATEMENT_MS: '150',
    DB_LOCK_TIMEOUT_MS: '60000',
  });
  await shop.addProduct('mug', { price: '10.00' });
  buyer = await shop.newShopper();
  await buyer.call('POST', '/cart/items', {
    customer_id: buyer.customerId,
    product_id: 'mug',
    quantity: 1,
  });
});
afterAll(() => shop[Symbol.asyncDispose]());
beforeEach(() => {
  seen = shop.logs.length;
});

it('does not log a 503 for overload as a server error', async () => {
  const logged: string[] = [];
  const stream = { write: (line: string) => void logged.push(line) };
  const app = fastify({
    logger: { level: 'warn', stream },
  }).withTypeProvider<TypeBoxTypeProvider>();
  addProblemDetails(app);
  app.get('/overloaded', () => Promise.reject(overloaded()));
  app.get('/broken', () => Promise.reject(new Problem('internal')));
  const { statusCode, headers } = await app.inject('/overloaded');
  expect([statusCode, headers['retry-after'], logged]).toEqual([503, '1', []]);
  await app.inject('/broken');
  expect(logged).toHaveLength(1);
});

describe('a request', () => {
  it('logs one line with id, route, status and duration, without token and query', async () => {
    const headers = { 'x-request-id': 'from-the-proxy' };
    await buyer.call('GET', `/cart/${buyer.customerId}?token=secret`, undefined, headers);
    expect(lines()).toEqual([
      {
        level: 'info',
        timestamp: expect.stringMatching(/Z$/),
        service: 'carthub-backend',
        message: 'request completed',
        request_id: 'from-the-proxy',
        method: 'GET',
        route: '/api/v1/cart/:customer_id',
        path: `/api/v1/cart/${buyer.customerId}`,
        status: 200,
        ms: expect.any(Number),
        customer: buyer.customerId,
      },
    ]);
  });

  it.each([
    [`/api/v1/products/${'x'.repeat(1025)}`, 414],
    ['/api/v1/products/%zz?token=secret', 400],
  ])('to an address that cannot be read is logged with its path: %.30s', async (url, status) => {
    await shop.call({ method: 'GET', url });
    const path = url.slice(0, 1024).replace(/[?].*/, '');
    expect(lines()).toMatchObject([{ message: 'request completed', path, status }]);
    expect(JSON.stringify(lines())).not.toContain('secret');
  });

  it('by a probe is logged only if it fails', async () => {
    for (const url of ['/livez', '/readyz', '/health', '/metrics']) {
      await shop.call({ method: 'GET', url });
    }
    expect(lines()).toEqual([]);
  });

  it('that was invalid is not logged as an error', async () => {
    await shop.call({ method: 'GET', url: '/nowhere' });
    await shop.call({ method: 'GET', url: '/api/v1/orders' });
    expect(lines().map(({ level, status, route }) => [level, status, route])).toEqual([
      ['info', 404, 'unknown'],
      ['info', 401, '/api/v1/orders'],
    ]);
  });
});

describe('a server error', () => {
  it('is logged with its cause and the failed statement, without addresses', async () => {
    await shop.sql("alter table orders add constraint odd check (email not like '%@example.com')");
    const headers = { 'x-request-id': 'will-fail-1' };
    const body = checkoutBody(buyer.customerId);
    expect((await buyer.call('POST', '/cart/checkout', body, headers)).status).toBe(500);
    await shop.sql('alter table orders drop constraint odd');
    for (const line of lines()) expect(line.request_id).toBe('will-fail-1');
    expect(lines('a statement failed')).toMatchObject([
      // In its batch, and alone.
      { level: 'warn', statement: 'place-orders', code: '23514', ms: expect.any(Number) },
      { level: 'warn', statement: 'place-orders', code: '23514', ms: expect.any(Number) },
    ]);
    expect(lines('internal')).toMatchObject([{ level: 'error', err: { code: '23514' } }]);
    expect(JSON.stringify(lines())).not.toMatch(/shopper@example\.com|Test Street/);
  });
});

describe('a slow statement', () => {
  it('is logged while it runs and when it ends, with PostgreSQL’s process id', async () => {
    const letGo = await holdProducts(shop.superuserUrl);
    const asking = shop.call({
      method: 'GET',
      url: '/api/v1/products/mug',
      headers: { 'x-request-id': 'slow-request' },
    });
    await expect.poll(() => lines('a statement is slow and still running'), BUSY).toHaveLength(1);
    const [running] = lines('a statement is slow and still running');
    expect(running).toMatchObject({ request_id: 'slow-request', statement: 'find-products' });
    const [activity] = await shop.sql(
      'select wait_event_type from pg_stat_activity where pid = $1',
      [running?.database_pid],
    );
    expect(activity).toEqual({ wait_event_type: 'Lock' });
    await letGo();
    await asking;
    expect(lines('a statement was slow')).toMatchObject([
      { level: 'warn', request_id: 'slow-request', statement: 'find-products' },
    ]);
  });
});
