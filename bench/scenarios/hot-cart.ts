// All clients change one cart: throughput of that cart, and latency of others. It sets quantities, because adds
// to one cart would soon reach the maximum quantity of a line.

import type { LoadResult } from '../load/load-result.ts';
import type { Tools } from '../load/tools.ts';
import { interleave, type Variant } from '../measure/measure.ts';
import { httpVariant, pgbenchVariant, touchAllCarts, warmUp } from '../measure/variants.ts';
import type { Check, Table } from '../report/markdown.ts';
import { openShop, type Shop } from '../shop/shop.ts';
import { writeShoppers } from '../shop/shoppers.ts';
import type { RunOptions, Scenario } from './scenario.ts';

const CLIENTS = 64;
const HALF = CLIENTS / 2;

const SPREAD = 'spread over 10,000 carts';
const HOT = 'all on one cart';
const BESIDE_OTHERS = '32 clients spread, beside 32 spread';
const BESIDE_HOT = '32 clients spread, beside 32 on one cart';

export const hotCart: Scenario = {
  name: 'hot-cart',
  title: 'set a quantity in 10,000 carts of 3 lines, and in one of them',
  async measure(tools, options) {
    await using shop = await openShop(tools, {
      products: 1_000,
      carts: 10_000,
      linesPerCart: 3,
    });
    await shop.reset();
    await touchAllCarts(tools, shop);
    const half = Math.floor(shop.shoppers.length / 2);
    const hot = await writeShoppers(shop, 'hot', shop.shoppers.slice(0, 1));
    const first = await writeShoppers(shop, 'first', shop.shoppers.slice(1, half));
    const second = await writeShoppers(shop, 'second', shop.shoppers.slice(half));
    const set = (name: string, clients: number, shoppersFile: string, threads = 1) =>
      httpVariant(tools, shop, name, { clients, script: 'set', shoppersFile, threads });
    return [
      await alone(tools, shop, options, [
        set(SPREAD, CLIENTS, shop.shoppersFile, 2),
        set(HOT, CLIENTS, hot),
      ]),
      await beside(options, [
        together(set(BESIDE_OTHERS, HALF, first), set('others', HALF, second)),
        together(set(BESIDE_HOT, HALF, first), set('hot', HALF, hot)),
      ]),
    ];
  },
};

async function alone(
  tools: Tools,
  shop: Shop,
  options: RunOptions,
  carthub: readonly Variant[],
): Promise<Table> {
  const script = [['set', 1]] as const;
  const variants = [
    ...carthub,
    pgbenchVariant(tools, shop, `pgbench, ${SPREAD}`, CLIENTS, script),
    pgbenchVariant(tools, shop, `pgbench, ${HOT}`, CLIENTS, script, 1),
  ];
  await warmUp(variants);
  const measured = await interleave(variants, { ...options, progress: 'hot-cart' });
  const [spread, hot, , pgbenchHot] = variants.map(({ name }) => measured[name]);
  const checks: Check[] = [
    {
      what: 'throughput of one cart / of many',
      value: (hot?.perSecond ?? Number.NaN) / (spread?.perSecond ?? Number.NaN),
      atLeast: 0.5,
    },
    {
      what: 'throughput of one cart / pgbench’s of one row',
      value: (hot?.perSecond ?? Number.NaN) / (pgbenchHot?.perSecond ?? Number.NaN),
    },
    { what: 'errors', value: (spread?.errors ?? 1) + (hot?.errors ?? 1), atMost: 0 },
  ];
  return { heading: `${CLIENTS} clients`, clients: CLIENTS, variants: measured, checks };
}

async function beside(options: RunOptions, variants: readonly Variant[]): Promise<Table> {
  const measured = await interleave(variants, { ...options, progress: 'hot-cart, others beside' });
  const [others, hot] = variants.map(({ name }) => measured[name]);
  const checks: Check[] = [
    {
      what: 'p99 of the others, with the hot cart / without',
      value: (hot?.p99Ms ?? Number.NaN) / (others?.p99Ms ?? Number.NaN),
      atMost: 1.25,
    },
    { what: 'errors', value: (others?.errors ?? 1) + (hot?.errors ?? 1), atMost: 0 },
  ];
  const heading = 'other carts beside a hot one (CPU time of both)';
  return { heading, clients: CLIENTS, variants: measured, checks };
}

/** Runs both at once. @returns latency and throughput of the first, counts and CPU time of both */
function together(first: Variant, second: Variant): Variant {
  return {
    name: first.name,
    served: first.served,
    load: async (seconds): Promise<LoadResult> => {
      const [one, other] = await Promise.all([first.load(seconds), second.load(seconds)]);
      return {
        ...one,
        count: one.count + other.count,
        errors: one.errors + other.errors,
        // Each counts the CPU time of both: both children have ended by then.
        loadSeconds: Math.max(one.loadSeconds, other.loadSeconds),
      };
    },
  };
}
