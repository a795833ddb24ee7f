// The cost of a cart of 100 lines, compared with a cart of one line.

import type { Tools } from '../load/tools.ts';
import { CLIENTS, headingOf } from '../measure/baselines.ts';
import { interleave } from '../measure/measure.ts';
import { httpVariant, touchAllCarts, warmUp } from '../measure/variants.ts';
import type { Check, Table } from '../report/markdown.ts';
import { openCluster } from '../shop/cluster.ts';
import { fillShop } from '../shop/fill-shop.ts';
import { createShoppers, openShopIn, type Shop } from '../shop/shop.ts';
import type { RunOptions, Scenario } from './scenario.ts';

const SMALL = { products: 1_000, carts: 8_000, linesPerCart: 1 };
/** As many as fit into the API's cart cache, which counts lines. */
const LARGE = { products: 1_000, carts: 400, linesPerCart: 100 };

export const largeCart: Scenario = {
  name: 'large-cart',
  title: 'add one unit of a product; carts of 100 lines and of 1 line',
  async measure(tools, options) {
    await using cluster = await openCluster(tools);
    const all = await createShoppers(cluster, SMALL.carts);
    const open = (name: string, shape: typeof SMALL) => {
      const shoppers = all.slice(0, shape.carts);
      const ids = shoppers.map(({ id }) => id);
      const fill = (url: string) => fillShop(url, shape, ids);
      return openShopIn(cluster, { name, shape, shoppers, fill });
    };
    await using small = await open('one_line', SMALL);
    await using large = await open('many_lines', LARGE);
    const tables: Table[] = [];
    for (const clients of CLIENTS)
      tables.push(await compareShops(tools, small, large, clients, options));
    return tables;
  },
};

async function compareShops(
  tools: Tools,
  small: Shop,
  large: Shop,
  clients: number,
  options: RunOptions,
): Promise<Table> {
  for (const shop of [small, large]) {
    await shop.reset();
    await touchAllCarts(tools, shop);
  }
  const variants = [
    httpVariant(tools, small, '1 line', { clients, script: 'add' }),
    httpVariant(tools, large, '100 lines', { clients, script: 'add' }),
  ];
  await warmUp(variants);
  const measured = await interleave(variants, { ...options, progress: `large-cart, ${clients}` });
  const [one, many] = variants.map(({ name }) => measured[name]);
  const value = (many?.p50Ms ?? Number.NaN) / (one?.p50Ms ?? Number.NaN);
  const checks: Check[] = [
    { what: 'p50 of 100 lines / of one', value, atMost: 1.5 },
    { what: 'errors', value: (one?.errors ?? 1) + (many?.errors ?? 1), atMost: 0 },
  ];
  return { heading: headingOf(clients), clients, variants: measured, checks };
}
