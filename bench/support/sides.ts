// What is compared, as pieces of load on a shop.

import type { Side } from './measure.ts';
import { runPgbench } from './pgbench.ts';
import type { Shop } from './shop.ts';
import type { Tools } from './tools.ts';
import { runWrk, type WrkLoad } from './wrk.ts';

export const CARTHUB = 'carthub';
export const PGBENCH = 'pgbench';
export const NO_OP = 'no-op';

export interface HttpSide extends Side {
  /** The next load begins with the first shopper again. */
  rewind(): void;
}

/** Each load goes on with the shoppers after those of the load before. */
export function httpSide(
  { wrk }: Tools,
  shop: Shop,
  name: string,
  load: Pick<WrkLoad, 'clients' | 'script'> & Partial<WrkLoad>,
): HttpSide {
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

export function pgbenchSide(
  { pgbench }: Tools,
  shop: Shop,
  name: string,
  clients: number,
  scripts: readonly (readonly [name: string, weight: number])[],
  carts = shop.shape.carts,
): Side {
  const { products, linesPerCart: lines } = shop.shape;
  const set = { pgbench, databaseUrl: shop.databaseUrl, clients, scripts };
  return {
    name,
    served: shop,
    load: (seconds) => runPgbench({ ...set, seconds, variables: { carts, products, lines } }),
  };
}

/** The backend's own cheapest route. */
export const noOpSide = (tools: Tools, shop: Shop, clients: number): Side =>
  httpSide(tools, shop, NO_OP, { clients, script: 'no-op' });

const WARM_UP_SECONDS = 3;
const MOST_CLIENTS = 64;

/**
 * Until each shopper's cart was changed, and read, by the API once: before that it is a first touch, which
 * is measured nowhere. Also code is compiled, plans are made, pages are read.
 */
export async function touchAllCarts(tools: Tools, shop: Shop): Promise<void> {
  for (const script of ['add', 'read']) {
    const side = httpSide(tools, shop, script, { clients: MOST_CLIENTS, script });
    for (let touched = 0; touched < shop.shoppers.length; ) {
      const { count, errors } = await side.load(WARM_UP_SECONDS);
      if (count === 0 || errors > 0) throw new Error(`Warming up: ${errors} errors of ${count}.`);
      touched += count;
    }
  }
}

export async function warmUp(sides: readonly Side[]): Promise<void> {
  for (const side of sides) await side.load(WARM_UP_SECONDS);
}
