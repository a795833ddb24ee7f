// A shop with millions of carts and a small one. Both have the same shoppers, whose carts are spread evenly
// among all others; only these carts are used.

import type { Tools } from '../load/tools.ts';
import { interleave } from '../measure/measure.ts';
import { httpVariant, touchAllCarts, warmUp } from '../measure/variants.ts';
import type { Check, Table } from '../report/markdown.ts';
import { openCluster } from '../shop/cluster.ts';
import { apart, fillManyCarts } from '../shop/fill-shop.ts';
import { createShoppers, openShopIn, type Shop } from '../shop/shop.ts';
import type { RunOptions, Scenario } from './scenario.ts';

const SHOPPERS = 10_000;
const PRODUCTS = 1_000;
const LINES = 3;
const CLIENTS = 64;
/**
 * Of both shops. The pages of 10,000 carts among ten million take about 400 MB, which the default of 128 MB would
 * evict again and again.
 */
const MEMORY = { shared_buffers: '1GB' };

export const scale: Scenario = {
  name: 'scale',
  title: 'a shop with millions of carts and one with 10,000',
  async measure(tools, options) {
    await using cluster = await openCluster(tools, MEMORY);
    const begun = await createShoppers(cluster, SHOPPERS);
    const customers = begun.map(({ id }) => id);
    const open = (name: string, carts: number) => {
      const step = apart({ carts, customers });
      const shoppers = begun.map((shopper) => ({ ...shopper, cart: shopper.cart * step }));
      const progress = (message: string) => console.error(`scale, ${name}: ${message}`);
      const many = { carts, products: PRODUCTS, linesPerCart: LINES, customers, progress };
      const shape = { products: PRODUCTS, carts, linesPerCart: LINES };
      const fill = (url: string) => fillManyCarts(url, many);
      return openShopIn(cluster, { name, shape, shoppers, fill });
    };
    await using small = await open('small_shop', SHOPPERS);
    await using large = await open('large_shop', Math.max(SHOPPERS, options.carts));
    for (const shop of [small, large]) await touchAllCarts(tools, shop);
    return [
      await compareShops(tools, small, large, 'add', options),
      await compareShops(tools, small, large, 'read', options),
    ];
  },
};

async function compareShops(
  tools: Tools,
  small: Shop,
  large: Shop,
  script: 'add' | 'read',
  options: RunOptions,
): Promise<Table> {
  const count = (carts: number) => `${carts.toLocaleString('en-US')} carts`;
  const variants = [
    httpVariant(tools, small, count(small.shape.carts), { clients: CLIENTS, script }),
    httpVariant(tools, large, count(large.shape.carts), { clients: CLIENTS, script }),
  ];
  await warmUp(variants);
  const measured = await interleave(variants, { ...options, progress: `scale, ${script}` });
  const [few, many] = variants.map(({ name }) => measured[name]);
  const ratio = (figure: 'perSecond' | 'p99Ms') =>
    (many?.[figure] ?? Number.NaN) / (few?.[figure] ?? Number.NaN);
  const checks: Check[] = [
    { what: 'throughput of many carts / of few', value: ratio('perSecond'), atLeast: 0.85 },
    { what: 'p99 of many carts / of few', value: ratio('p99Ms'), atMost: 1.3 },
    { what: 'errors', value: (few?.errors ?? 1) + (many?.errors ?? 1), atMost: 0 },
  ];
  const heading = `${script === 'add' ? 'adds' : 'reads'}, ${CLIENTS} clients`;
  return { heading, clients: CLIENTS, variants: measured, checks };
}
