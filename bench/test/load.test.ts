import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAnswer } from '../load/http-connection.ts';
import { type OpenLoop, runOpenLoop } from '../load/open-loop.ts';
import { Requests } from '../load/requests.ts';
import { checkMemory, parseHeap } from '../scenarios/soak.ts';

const shoppers = Array.from({ length: 500 }, (_, index) => ({
  id: `guest_${index + 1}`,
  token: 'token',
  cart: index + 1,
}));
const shape = { products: 1_000, linesPerCart: 3 };

let served = 0;
/** Refuses every fourth request, every eighth without Retry-After. */
const server = createServer((request, response) => {
  served += 1;
  request.resume();
  if (served % 4 === 0) {
    response.writeHead(503, {
      'content-length': 0,
      ...(served % 8 === 0 ? {} : { 'retry-after': '1' }),
    });
    response.end();
  } else response.end('well');
});

let url = '';
beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));

const load = (more: Partial<OpenLoop>): OpenLoop => ({
  url,
  perSecond: 400,
  seconds: 0.5,
  connections: 8,
  maxWaiting: 1000,
  next: () => ({ kind: 'get', text: 'GET / HTTP/1.1\r\nhost: shop\r\n\r\n' }),
  ...more,
});

test('parses a response once its body is complete, and keeps the rest', () => {
  const head = 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\n';
  expect(parseAnswer(head.slice(0, -2))).toBeUndefined();
  expect(parseAnswer(`${head}bod`)).toBeUndefined();
  expect(parseAnswer(`${head}bodyHTTP`)).toEqual({
    answer: { status: 503, hasRetryAfter: true },
    rest: 'HTTP',
  });
  expect(parseAnswer('HTTP/1.1 304 Not Modified\r\netag: "1"\r\n\r\n')).toMatchObject({
    answer: { status: 304, hasRetryAfter: false },
    rest: '',
  });
});

test('sends requests at the given rate and counts refusals without Retry-After', async () => {
  served = 0;
  const begun = performance.now();
  const result = await runOpenLoop(load({}));
  expect(performance.now() - begun).toBeGreaterThan(450);
  expect(result).toMatchObject({
    count: 200,
    errors: 50,
    unsent: 0,
    withoutRetryAfter: 25,
    answers: { 'get 200': 150, 'get 503': 50 },
  });
});

test('counts requests without a free connection as unsent', async () => {
  served = 0;
  const result = await runOpenLoop(load({ connections: 1, perSecond: 100_000, maxWaiting: 0 }));
  expect(result.unsent).toBeGreaterThan(0);
  expect(result.count + result.unsent).toBe(50_000);
});

test('mixes requests by weight, and checks out only carts without a recent or near add', () => {
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const next = new Requests(shoppers, shape, random).mixed({ add: 30, read: 60, checkout: 10 });
  const kinds = { add: 0, read: 0, checkout: 0 };
  const filledAt = new Map<string, number>();
  const boughtAt = new Map<string, number>();
  for (let at = 0; at < 20_000; at += 1) {
    const { kind, text } = next();
    kinds[kind as keyof typeof kinds] += 1;
    const customer = /"customer_id":"(\w+)"/.exec(text)?.[1] ?? '';
    if (kind === 'add') filledAt.set(customer, at);
    if (kind === 'add')
      expect(at - (boughtAt.get(customer) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThan(100);
    if (kind !== 'checkout') continue;
    boughtAt.set(customer, at);
    expect(at - (filledAt.get(customer) ?? Number.NaN)).toBeGreaterThan(100);
    filledAt.delete(customer);
  }
  expect(kinds.read / 20_000).toBeCloseTo(0.6, 1);
  expect(kinds.checkout / 20_000).toBeGreaterThan(0.08);
});

test('adds only products that the cart was filled with', () => {
  const { text } = new Requests(shoppers.slice(9, 10), shape, () => 0.99).next('add');
  expect(text).toContain('"customer_id":"guest_10","product_id":"product-74"');
});

test('the heap is checksOf by what collections leave, not by what comes and goes', () => {
  const samples = (risePerSecond: number) =>
    Array.from({ length: 600 }, (_, seconds) => ({
      seconds,
      rssBytes: 150e6,
      heapBytes: 60e6 + risePerSecond * seconds + (seconds % 20) * 2e6,
    }));
  const rise = (perSecond: number) => checkMemory(samples(perSecond))[1]?.value;
  expect(rise(0)).toBeCloseTo(0, 6);
  expect(rise(20_000)).toBeGreaterThan(0.1);
});

test('reads the heap from the metrics', () => {
  const metrics = '# TYPE x gauge\nnodejs_heap_size_used_bytes 45678901\nnodejs_heap_size 1\n';
  expect(parseHeap(metrics)).toBe(45_678_901);
});
