// Two checkouts of the repository under the same load, in one run on one PostgreSQL.

import { resolve } from 'node:path';
import type { Tools } from '../load/tools.ts';
import type { Check, Table } from '../report/markdown.ts';
import type { RunOptions, Scenario, ScriptedLoad } from '../scenarios/scenario.ts';
import { buildCheckout, THIS_CHECKOUT } from '../shop/checkout.ts';
import { openCluster } from '../shop/cluster.ts';
import { fillShop } from '../shop/fill-shop.ts';
import { createShoppers, openShopIn, type Shop } from '../shop/shop.ts';
import { CLIENTS, headingOf } from './baselines.ts';
import { interleave } from './measure.ts';
import { httpVariant, touchAllCarts, warmUp } from './variants.ts';

const BASE = 'base';
const NEW = 'new';
/** A figure of the new checkout may be this much worse than that of the base. */
const MAX_LOSS = 0.05;

/** @param base directory of the checkout to compare this one with, as of where npm was started */
export async function compareCheckouts(
  { name, scripted }: Scenario,
  base: string,
  tools: Tools,
  options: RunOptions,
): Promise<readonly Table[]> {
  if (scripted === undefined) throw new Error(`"${name}" cannot compare two checkouts.`);
  const baseCheckout = resolve(process.env.INIT_CWD ?? '.', base);
  await buildCheckout(baseCheckout);
  await using cluster = await openCluster(tools);
  const { shape } = scripted;
  const shoppers = await createShoppers(cluster, shape.carts);
  const ids = shoppers.map(({ id }) => id);
  const open = (shop: string, checkout: string) => {
    const fill = (url: string) => fillShop(url, shape, ids);
    return openShopIn(cluster, { name: shop, shape, shoppers, fill, checkout });
  };
  await using baseShop = await open(BASE, baseCheckout);
  await using newShop = await open(NEW, THIS_CHECKOUT);
  const tables: Table[] = [];
  for (const clients of CLIENTS)
    tables.push(await compareShops(tools, { baseShop, newShop }, name, scripted, clients, options));
  return tables;
}

interface Shops {
  readonly baseShop: Shop;
  readonly newShop: Shop;
}

async function compareShops(
  tools: Tools,
  { baseShop, newShop }: Shops,
  name: string,
  { script, isUsedUp }: ScriptedLoad,
  clients: number,
  options: RunOptions,
): Promise<Table> {
  const shops = [baseShop, newShop];
  const variants = [
    httpVariant(tools, baseShop, BASE, { clients, script }),
    httpVariant(tools, newShop, NEW, { clients, script }),
  ];
  const reset = async () => {
    for (const shop of shops) await shop.reset();
    for (const variant of variants) variant.rewind();
  };
  await reset();
  if (!isUsedUp) for (const shop of shops) await touchAllCarts(tools, shop);
  await warmUp(variants);
  const measured = await interleave(variants, {
    ...options,
    progress: `${name}, ${clients} clients, two checkouts`,
    ...(isUsedUp ? { prepare: reset } : {}),
  });
  return {
    heading: headingOf(clients),
    clients,
    variants: measured,
    checks: checksOf(measured),
  };
}

/** Both have the same baselines, so this is also the change of every ratio to a baseline. */
export function checksOf(measured: Table['variants']): Check[] {
  const { [BASE]: before, [NEW]: after } = measured;
  if (before === undefined || after === undefined) throw new Error('A checkout was not measured.');
  return [
    {
      what: 'throughput, new / base',
      value: after.perSecond / before.perSecond,
      atLeast: 1 - MAX_LOSS,
    },
    { what: 'API CPU, new / base', value: after.apiUs / before.apiUs, atMost: 1 + MAX_LOSS },
    {
      what: 'database CPU, new / base',
      value: after.databaseUs / before.databaseUs,
      atMost: 1 + MAX_LOSS,
    },
    { what: 'p50, new / base', value: after.p50Ms / before.p50Ms },
    { what: 'p99, new / base', value: after.p99Ms / before.p99Ms },
    { what: 'errors', value: before.errors + after.errors, atMost: 0 },
  ];
}
