// A gate, not a benchmark: it finds requests that became several times slower, on any machine, by comparing them
// with one that does nothing (`/livez`) in the same process.

import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type Shopper, type TestApp } from '../../test-support/test-app.ts';

const WORKERS = 8;
const REQUESTS = 1500;
/** The limit of the 99th percentile on any machine. */
const LIMIT_MS = 250;

let shop: TestApp;
let shoppers: Shopper[];
beforeAll(async () => {
  shop = await createTestApp();
  for (let index = 0; index < 100; index += 1) await shop.addProduct(`product-${index}`);
  shoppers = await Promise.all(Array.from({ length: WORKERS }, () => shop.newShopper()));
  for (const { customerId, call } of shoppers) {
    const body = { customer_id: customerId, product_id: 'product-0', quantity: 1 };
    expect(await call('POST', '/cart/items', body)).toMatchObject({ status: 200 });
  }
});
afterAll(() => shop[Symbol.asyncDispose]());

type Send = (shopper: Shopper, index: number) => Promise<{ readonly status: number }>;

const nothing: Send = () => shop.call({ method: 'GET', url: '/livez' });
const page: Send = () => shop.call({ method: 'GET', url: '/api/v1/products?limit=24' });
const change: Send = ({ customerId, call }, index) =>
  call('PUT', `/cart/${customerId}/items/product-0`, { quantity: 1 + (index % 99) });

/** @returns the median and the 99th percentile in ms, with one request of each shopper at a time */
async function measure(send: Send): Promise<{ readonly p50: number; readonly p99: number }> {
  const times: number[] = [];
  const work = async (shopper: Shopper) => {
    while (times.length < REQUESTS) {
      const start = performance.now();
      const { status } = await send(shopper, times.length);
      times.push(performance.now() - start);
      if (status !== 200) throw new Error(`A request was answered with ${status}.`);
    }
  };
  await Promise.all(shoppers.map(work));
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

test.each([
  ['a page of products', page, 30],
  ['a change of a cart', change, 60],
])(
  '%s: takes at most $2 times as long as a request that does nothing',
  async (what, send, times) => {
    // Warms up, so that compilation is not measured.
    for (const warmUp of [nothing, send]) await measure(warmUp);
    const idle = await measure(nothing);
    const busy = await measure(send);
    const ratio = busy.p50 / idle.p50;
    const ms = ({ p50, p99 }: typeof idle) => `${p50.toFixed(2)} ms (99 %: ${p99.toFixed(2)} ms)`;
    console.log(`${what}: ${ms(busy)}, ${ratio.toFixed(1)} times /livez with ${ms(idle)}`);
    expect(ratio).toBeLessThan(times);
    expect(busy.p99).toBeLessThan(LIMIT_MS);
  },
);
