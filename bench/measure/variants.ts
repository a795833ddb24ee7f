// The variants that benchmarks compare, as loads on a shop.

import { runPgbench } from '../load/pgbench.ts';
import type { Tools } from '../load/tools.ts';
import { runWrk, type WrkLoad } from '../load/wrk.ts';
import type { Shop } from '../shop/shop.ts';
import type { Variant } from './measure.ts';

export const CARTHUB = 'carthub';
export const PGBENCH = 'pgbench';
export const NO_OP = 'no-op';

export interface HttpVariant extends Variant {
  /** Starts the next load with the first shopper. */
  rewind(): void;
}

/** Each load continues with the shoppers after those of the previous load. */
export function httpVariant(
  { wrk }: Tools,
  shop: Shop,
  name: string,
  load: Pick<WrkLoad, 'clients' | 'script'> & Partial<WrkLoad>,
): HttpVariant {
  const { products, linesPerCart } = shop.shape;
  const { apiUrl: url, shoppersFile } = shop;
  let skip = 0;
  return {
    name,
    served: shop,
    rewind: () => {
      skip = 0;
    },
    load: async (seconds) => {
      const set = { wrk, url, shoppersFile, products, linesPerCart, ...load };
      const result = await runWrk({ ...set, seconds, skip });
      skip += result.count;
      return result;
    },
  };
}

export function pgbenchVariant(
  { pgbench }: Tools,
  shop: Shop,
  name: string,
  clients: number,
  scripts: readonly (readonly [name: string, weight: number])[],
  carts = shop.shape.carts,
): Variant {
  const { products, linesPerCart: lines } = shop.shape;
  const set = { pgbench, databaseUrl: shop.databaseUrl, clients, scripts };
  return {
    name,
    served: shop,
    load: (seconds) => runPgbench({ ...set, seconds, variables: { carts, products, lines } }),
  };
}

/** The backend's cheapest route. */
export const noOpVariant = (tools: Tools, shop: Shop, clients: number): Variant =>
  httpVariant(tools, shop, NO_OP, { clients, script: 'no-op' });

const WARM_UP_SECONDS = 3;
const MAX_CLIENTS = 64;

/**
 * Changes and reads each shopper's cart once through the API, so that no run measures a first touch. It also compiles
 * code, plans statements and reads pages.
 */
export async function touchAllCarts(tools: Tools, shop: Shop): Promise<void> {
  for (const script of ['add', 'read']) {
    const variant = httpVariant(tools, shop, script, { clients: MAX_CLIENTS, script });
    for (let touched = 0; touched < shop.shoppers.length; ) {
      const { count, errors } = await variant.load(WARM_UP_SECONDS);
      if (count === 0 || errors > 0) throw new Error(`Warming up: ${errors} errors of ${count}.`);
      touched += count;
    }
  }
}

export async function warmUp(variants: readonly Variant[]): Promise<void> {
  for (const variant of variants) await variant.load(WARM_UP_SECONDS);
}
