// Several kinds of requests at once: as fast as possible, then as an open loop at 70 % of that rate.

import { type OpenLoopResult, runOpenLoop } from '../load/open-loop.ts';
import { Requests, type Weights } from '../load/requests.ts';
import type { Tools } from '../load/tools.ts';
import { baselinesOf, headingOf, ratios } from '../measure/baselines.ts';
import { interleave, type Variant } from '../measure/measure.ts';
import {
  CARTHUB,
  httpVariant,
  noOpVariant,
  PGBENCH,
  pgbenchVariant,
  touchAllCarts,
  warmUp,
} from '../measure/variants.ts';
import type { Check, Table } from '../report/markdown.ts';
import { countOrders } from '../shop/fill-shop.ts';
import { openShop, type Shop } from '../shop/shop.ts';
import type { RunOptions, Scenario } from './scenario.ts';

const SHAPE = { products: 1_000, carts: 10_000, linesPerCart: 3 };
const CLIENTS = 64;
const SHARE_OF_PEAK = 0.7;

/** A buyer's visit in capacity/journey.json: 21 reads to 2 writes. */
export const mixedW1 = mixed('mixed-w1', '21 reads (9 pages, 6 products, 6 carts) to 2 adds', {
  products: 9,
  product: 6,
  read: 6,
  add: 2,
});

export const W2 = { product: 56, products: 14, add: 13, read: 13, checkout: 4 };

export const mixedW2 = mixed(
  'mixed-w2',
  '56 % product, 14 % page of products, 13 % add, 13 % cart, 4 % checkout',
  W2,
);

function mixed(name: string, title: string, weights: Weights): Scenario {
  return {
    name,
    title,
    async measure(tools, options) {
      await using shop = await openShop(tools, SHAPE);
      await shop.reset();
      await touchAllCarts(tools, shop);
      const peak = await atPeak(tools, shop, name, weights, options);
      const { carthub } = baselinesOf(peak.variants);
      const paced = await belowPeak(shop, name, weights, carthub.perSecond, options);
      return [peak, paced];
    },
  };
}

async function atPeak(
  tools: Tools,
  shop: Shop,
  name: string,
  weights: Weights,
  options: RunOptions,
): Promise<Table> {
  const entries = Object.entries(weights);
  const weightList = entries.map(([kind, weight]) => `${kind}=${weight}`).join();
  const variants = [
    httpVariant(tools, shop, CARTHUB, { clients: CLIENTS, script: 'mixed', more: [weightList] }),
    pgbenchVariant(tools, shop, PGBENCH, CLIENTS, entries),
    noOpVariant(tools, shop, CLIENTS),
  ];
  await warmUp(variants);
  const measured = await interleave(variants, { ...options, progress: `${name} at its peak` });
  const checks = ratios(baselinesOf(measured));
  return { heading: headingOf(CLIENTS), clients: CLIENTS, variants: measured, checks };
}

async function belowPeak(
  shop: Shop,
  name: string,
  weights: Weights,
  peak: number,
  options: RunOptions,
): Promise<Table> {
  const perSecond = Math.round(SHARE_OF_PEAK * peak);
  const results: OpenLoopResult[] = [];
  const variant: Variant = {
    name: CARTHUB,
    served: shop,
    load: async (seconds) => {
      const next = new Requests(shop.shoppers, SHAPE).mixed(weights);
      const paced = { perSecond, seconds, connections: CLIENTS, maxWaiting: 1e6, next };
      const result = await runOpenLoop({ url: shop.apiUrl, ...paced });
      results.push(result);
      return result;
    },
  };
  const before = await countOrders(shop.databaseUrl);
  const measured = await interleave([variant], { ...options, progress: `${name} at 70 %` });
  const orders = (await countOrders(shop.databaseUrl)) - before;
  const { p99Ms = Number.NaN, errors = Number.NaN } = measured[CARTHUB] ?? {};
  const accepted = results.reduce((sum, { answers }) => sum + (answers['checkout 201'] ?? 0), 0);
  const checks: Check[] = [
    { what: 'p99, ms', value: p99Ms, atMost: 25 },
    { what: 'errors', value: errors, atMost: 0 },
  ];
  if (weights.checkout)
    checks.push({
      what: 'orders stored, of accepted checkouts',
      value: orders,
      atLeast: accepted,
      atMost: accepted,
    });
  const heading = `open loop at 70 % of the peak, ${perSecond} requests per second`;
  return { heading, clients: CLIENTS, variants: measured, checks };
}
