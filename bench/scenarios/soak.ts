// Visits for minutes at half the peak: whether memory grows.

import { setTimeout as sleep } from 'node:timers/promises';
import { runOpenLoop } from '../load/open-loop.ts';
import { Requests } from '../load/requests.ts';
import { residentBytes } from '../measure/cpu.ts';
import { interleave, measure, type Variant } from '../measure/measure.ts';
import { slope } from '../measure/statistics.ts';
import { httpVariant, touchAllCarts } from '../measure/variants.ts';
import type { Check, Table } from '../report/markdown.ts';
import { openShop, type Shop } from '../shop/shop.ts';
import { W2 } from './mixed.ts';
import type { Scenario } from './scenario.ts';

/** Few enough that each is bought during the warm-up: then the cart cache has reached its final size. */
const SHAPE = { products: 1_000, carts: 2_000, linesPerCart: 3 };
const CLIENTS = 64;
const SHARE_OF_PEAK = 0.5;
const SAMPLE_INTERVAL_MS = 1_000;
/** The minimum of this many samples is the heap after a garbage collection, which runs about every 20 s. */
const SAMPLES_OF_FLOOR = 60;
/** Share of the samples that is not counted: code is compiled and the cache fills. */
const WARM_UP = 0.2;

interface Sample {
  readonly seconds: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
}

export const soak: Scenario = {
  name: 'soak',
  title: 'the requests of mixed-w2 for minutes at half the peak',
  async measure(tools, options) {
    await using shop = await openShop(tools, SHAPE);
    await shop.reset();
    await touchAllCarts(tools, shop);
    const weights = Object.entries(W2).map(([kind, weight]) => `${kind}=${weight}`);
    const load = { clients: CLIENTS, script: 'mixed', more: [weights.join()] };
    const peakVariant = httpVariant(tools, shop, 'peak, 64 clients', load);
    const peak = await interleave([peakVariant], { ...options, progress: 'soak, peak' });
    const perSecond = Math.round(SHARE_OF_PEAK * (peak[peakVariant.name]?.perSecond ?? 0));
    const stop = new AbortController();
    const sampling = sampled(shop, stop.signal);
    const measured = await measure(openLoopVariant(shop, perSecond), options.minutes * 60);
    stop.abort();
    const variants = { ...peak, [`${options.minutes} minutes at half the peak`]: measured };
    const checks = [
      { what: 'errors', value: measured.errors, atMost: 0 },
      ...checkMemory(await sampling),
    ];
    return [{ heading: 'memory over time', clients: CLIENTS, variants, checks }] satisfies Table[];
  },
};

function openLoopVariant(shop: Shop, perSecond: number): Variant {
  const next = new Requests(shop.shoppers, SHAPE).mixed(W2);
  const paced = { url: shop.apiUrl, perSecond, connections: CLIENTS, maxWaiting: 1e6, next };
  return { name: 'soak', served: shop, load: (seconds) => runOpenLoop({ ...paced, seconds }) };
}

async function sampled(shop: Shop, stopped: AbortSignal): Promise<Sample[]> {
  const samples: Sample[] = [];
  const start = performance.now();
  while (!stopped.aborted) {
    const metrics = await (await fetch(`${shop.apiUrl}/metrics`)).text();
    samples.push({
      seconds: (performance.now() - start) / 1000,
      heapBytes: parseHeap(metrics),
      rssBytes: residentBytes(shop.apiPid),
    });
    await sleep(SAMPLE_INTERVAL_MS);
  }
  return samples;
}

export const parseHeap = (metrics: string): number =>
  Number(/^nodejs_heap_size_used_bytes ([\d.e+]+)$/m.exec(metrics)?.[1] ?? Number.NaN);

/** The heap's floor, and its relative growth over the whole time. */
export function checkMemory(samples: readonly Sample[]): Check[] {
  const counted = samples.slice(Math.floor(WARM_UP * samples.length));
  const floors: [number, number][] = [];
  for (let first = 0; first + SAMPLES_OF_FLOOR <= counted.length; first += SAMPLES_OF_FLOOR) {
    const some = counted.slice(first, first + SAMPLES_OF_FLOOR);
    floors.push([some[0]?.seconds ?? 0, Math.min(...some.map(({ heapBytes }) => heapBytes))]);
  }
  const mean = floors.reduce((sum, [, bytes]) => sum + bytes, 0) / floors.length;
  const duration = (counted.at(-1)?.seconds ?? 0) - (counted[0]?.seconds ?? 0);
  return [
    { what: 'heap after garbage collection, MB', value: mean / 1e6 },
    {
      what: 'relative growth of that heap',
      value: (slope(floors) * duration) / mean,
      atMost: 0.05,
    },
    {
      what: 'peak memory of the API, MB',
      value: Math.max(...samples.map(({ rssBytes }) => rssBytes)) / 1e6,
      atMost: 200,
    },
  ];
}
