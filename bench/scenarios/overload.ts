// Load shedding at five times the peak: throughput must hold, and refusals must carry Retry-After.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Measured } from '../load/load-result.ts';
import { type OpenLoopResult, runOpenLoop } from '../load/open-loop.ts';
import { Requests } from '../load/requests.ts';
import { residentBytes } from '../measure/cpu.ts';
import { interleave, measure, type Variant } from '../measure/measure.ts';
import { httpVariant, touchAllCarts } from '../measure/variants.ts';
import type { Check } from '../report/markdown.ts';
import { openShop, type Shop } from '../shop/shop.ts';
import type { Scenario } from './scenario.ts';

const SHAPE = { products: 1_000, carts: 10_000, linesPerCart: 3 };
const TIMES = 5;
const SECONDS = 60;
/** Eight times the API's concurrency limit, so that it has to refuse. */
const CONNECTIONS = 2_000;
const RSS_INTERVAL_MS = 200;
/** Recovered: this many consecutive adds, each within this time. */
const RECOVERED = { requests: 5, withinMs: 50 };

export const overload: Scenario = {
  name: 'overload',
  title: `adds at ${TIMES} times the peak rate for ${SECONDS} s`,
  async measure(tools, options) {
    await using shop = await openShop(tools, SHAPE);
    await shop.reset();
    await touchAllCarts(tools, shop);
    const peakVariant = httpVariant(tools, shop, 'before, 64 clients', {
      clients: 64,
      script: 'add',
    });
    const before = await interleave([peakVariant], { ...options, progress: 'overload, before' });
    const peak = before[peakVariant.name]?.perSecond ?? Number.NaN;
    const { measured, result, rssMb, recoveryMs } = await overloaded(
      shop,
      Math.round(TIMES * peak),
    );
    const afterVariant = { ...peakVariant, name: 'after, 64 clients' };
    const after = await interleave([afterVariant], { ...options, progress: 'overload, after' });
    const variants = { ...before, [`at ${TIMES} times the peak`]: measured, ...after };
    const checks = checksOf(result, { peak, rssMb, recoveryMs });
    return [{ heading: 'before, during and after', clients: CONNECTIONS, variants, checks }];
  },
};

async function overloaded(shop: Shop, perSecond: number) {
  const requests = new Requests(shop.shoppers, SHAPE);
  const next = () => requests.next('add');
  const results: OpenLoopResult[] = [];
  let recovery = Promise.resolve(Number.NaN);
  const variant: Variant = {
    name: 'overload',
    served: shop,
    load: async (seconds) => {
      const stopped = () => {
        recovery = recover(shop.apiUrl, next);
      };
      const paced = { perSecond, seconds, connections: CONNECTIONS, maxWaiting: 0, next, stopped };
      const result = await runOpenLoop({ url: shop.apiUrl, ...paced });
      results.push(result);
      return result;
    },
  };
  const stop = new AbortController();
  const memory = peakMemory(shop.apiPid, stop.signal);
  const measured: Measured = await measure(variant, SECONDS);
  const recoveryMs = await recovery;
  stop.abort();
  const [result] = results;
  if (!result) throw new Error('Nothing was measured.');
  return { measured, result, recoveryMs, rssMb: (await memory) / 1e6 };
}

async function peakMemory(pid: number, stopped: AbortSignal): Promise<number> {
  let max = 0;
  while (!stopped.aborted) {
    max = Math.max(max, residentBytes(pid));
    await sleep(RSS_INTERVAL_MS);
  }
  return max;
}

/** @returns milliseconds from now */
async function recover(url: string, next: () => { readonly text: string }): Promise<number> {
  const start = performance.now();
  let fast = 0;
  let since = start;
  while (fast < RECOVERED.requests) {
    const begun = performance.now();
    if (fast === 0) since = begun;
    const { errors, p50Ms } = await runOpenLoop({
      url,
      perSecond: 1000,
      seconds: 0.001,
      connections: 1,
      maxWaiting: 1,
      next: () => ({ kind: 'add', text: next().text }),
    });
    fast = errors === 0 && p50Ms <= RECOVERED.withinMs ? fast + 1 : 0;
  }
  return since - start;
}

function checksOf(
  result: OpenLoopResult,
  { peak, rssMb, recoveryMs }: { peak: number; rssMb: number; recoveryMs: number },
): Check[] {
  const answers = Object.entries(result.answers);
  const sum = (pattern: RegExp) =>
    answers.reduce((total, [kind, count]) => total + (pattern.test(kind) ? count : 0), 0);
  const good = result.goodEachSecond.slice(0, SECONDS).reduce((total, each) => total + each, 0);
  return [
    { what: 'requests sent per second / peak before', value: result.count / SECONDS / peak },
    { what: 'arrivals without a free connection', value: result.unsent },
    {
      what: 'requests served per second / peak before',
      value: good / SECONDS / peak,
      atLeast: 0.8,
    },
    { what: 'share of responses refused (429, 503)', value: sum(/ (429|503)$/) / result.count },
    { what: 'refused without Retry-After', value: result.withoutRetryAfter, atMost: 0 },
    {
      what: 'neither served nor refused',
      value: result.count - sum(/ (200|429|503)$/),
      atMost: 0,
    },
    { what: 'peak memory of the API, MB', value: rssMb, atMost: 200 },
    { what: 'recovery time, s', value: recoveryMs / 1000, atMost: 5 },
  ];
}
