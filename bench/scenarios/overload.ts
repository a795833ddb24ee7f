// Five times as many requests as can be served: those that are must be as many as ever, and the others
// refused in a way that says when to come back.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from '../report.ts';
import { residentBytes } from '../support/cpu.ts';
import type { Measured } from '../support/load.ts';
import { measure, type Side, takeTurns } from '../support/measure.ts';
import { type PacedResult, runPaced } from '../support/paced.ts';
import { Requests } from '../support/requests.ts';
import { openShop, type Shop } from '../support/shop.ts';
import { httpSide, touchAllCarts } from '../support/sides.ts';
import type { Scenario } from './scenario.ts';

const SHAPE = { products: 1_000, carts: 10_000, linesPerCart: 3 };
const TIMES = 5;
const SECONDS = 60;
/** Eight times as many as the API works on at once, so that it has to refuse. */
const CONNECTIONS = 2_000;
const RSS_EACH_MS = 200;
/** Recovered: so many additions one after the other, each within this time. */
const WELL = { requests: 5, withinMs: 50 };

export const overload: Scenario = {
  name: 'overload',
  title: `additions, ${TIMES} times as many as can be served, for ${SECONDS} s`,
  async measure(tools, options) {
    await using shop = await openShop(tools, SHAPE);
    await shop.reset();
    await touchAllCarts(tools, shop);
    const peakSide = httpSide(tools, shop, 'before, 64 clients', { clients: 64, script: 'add' });
    const before = await takeTurns([peakSide], { ...options, progress: 'overload, before' });
    const peak = before[peakSide.name]?.perSecond ?? Number.NaN;
    const { measured, result, rssMb, recoveryMs } = await overloaded(
      shop,
      Math.round(TIMES * peak),
    );
    const afterSide = { ...peakSide, name: 'after, 64 clients' };
    const after = await takeTurns([afterSide], { ...options, progress: 'overload, after' });
    const sides = { ...before, [`${TIMES} times that`]: measured, ...after };
    const checks = judged(result, { peak, rssMb, recoveryMs });
    return [{ heading: 'Before, in and after it', clients: CONNECTIONS, sides, checks }];
  },
};

async function overloaded(shop: Shop, perSecond: number) {
  const requests = new Requests(shop.shoppers, SHAPE);
  const next = () => requests.next('add');
  const results: PacedResult[] = [];
  let recovery = Promise.resolve(Number.NaN);
  const side: Side = {
    name: 'overload',
    served: shop,
    load: async (seconds) => {
      const stopped = () => {
        recovery = untilWell(shop.apiUrl, next);
      };
      const paced = { perSecond, seconds, connections: CONNECTIONS, mostWaiting: 0, next, stopped };
      const result = await runPaced({ url: shop.apiUrl, ...paced });
      results.push(result);
      return result;
    },
  };
  const stop = new AbortController();
  const memory = mostMemory(shop.apiPid, stop.signal);
  const measured: Measured = await measure(side, SECONDS);
  const recoveryMs = await recovery;
  stop.abort();
  const [result] = results;
  if (!result) throw new Error('Nothing was measured.');
  return { measured, result, recoveryMs, rssMb: (await memory) / 1e6 };
}

async function mostMemory(pid: number, stopped: AbortSignal): Promise<number> {
  let most = 0;
  while (!stopped.aborted) {
    most = Math.max(most, residentBytes(pid));
    await sleep(RSS_EACH_MS);
  }
  return most;
}

/** @returns milliseconds from now */
async function untilWell(url: string, next: () => { readonly text: string }): Promise<number> {
  const start = performance.now();
  let well = 0;
  let since = start;
  while (well < WELL.requests) {
    const begun = performance.now();
    if (well === 0) since = begun;
    const { errors, p50Ms } = await runPaced({
      ...{ url, perSecond: 1000, seconds: 0.001, connections: 1, mostWaiting: 1 },
      next: () => ({ kind: 'add', text: next().text }),
    });
    well = errors === 0 && p50Ms <= WELL.withinMs ? well + 1 : 0;
  }
  return since - start;
}

function judged(
  result: PacedResult,
  { peak, rssMb, recoveryMs }: { peak: number; rssMb: number; recoveryMs: number },
): Check[] {
  const answers = Object.entries(result.answers);
  const sum = (pattern: RegExp) =>
    answers.reduce((total, [kind, count]) => total + (pattern.test(kind) ? count : 0), 0);
  const good = result.goodEachSecond.slice(0, SECONDS).reduce((total, each) => total + each, 0);
  return [
    { what: 'requests sent a second / before', value: result.count / SECONDS / peak },
    { what: 'arrivals without a free connection', value: result.unsent },
    { what: 'served a second / before', value: good / SECONDS / peak, atLeast: 0.8 },
    { what: 'refused (429, 503), of all answers', value: sum(/ (429|503)$/) / result.count },
    { what: 'refused without Retry-After', value: result.withoutRetryAfter, atMost: 0 },
    {
      what: 'neither served nor refused',
      value: result.count - sum(/ (200|429|503)$/),
      atMost: 0,
    },
    { what: 'memory of the API at most, MB', value: rssMb, atMost: 200 },
    { what: 'until it is well again, s', value: recoveryMs / 1000, atMost: 5 },
  ];
}
