// Filled shops in a cluster.

import type { Tools } from '../load/tools.ts';
import { type Backend, type Cluster, openBackend, openCluster } from './cluster.ts';
import { fillShop, type Shape } from './fill-shop.ts';
import { createSessions, type Shopper, writeShoppers } from './shoppers.ts';

export interface Shop extends Backend {
  readonly shoppers: readonly Shopper[];
  /** Lists all shoppers. */
  readonly shoppersFile: string;
  readonly shape: Shape;
  readonly scratch: string;
  /** Restores the first contents in the database; the API's cached carts are stale afterwards. */
  reset(): Promise<void>;
}

/** A cluster with one backend, whose database is filled by the first reset. */
export async function openShop(tools: Tools, shape: Shape): Promise<Shop> {
  const cluster = await openCluster(tools);
  const close = () => cluster[Symbol.asyncDispose]();
  try {
    const backend = await openBackend(cluster);
    const shoppers = await createSessions(backend.apiUrl, shape.carts);
    const ids = shoppers.map(({ id }) => id);
    return {
      ...backend,
      shoppers,
      shoppersFile: await writeShoppers(cluster, 'shoppers', shoppers),
      shape,
      scratch: cluster.scratch,
      reset: () => fillShop(backend.databaseUrl, shape, ids),
      [Symbol.asyncDispose]: async () => {
        await backend[Symbol.asyncDispose]();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Shoppers for several shops: all backends of a testbed verify tokens with the same key. */
export async function createShoppers(cluster: Cluster, count: number): Promise<Shopper[]> {
  await using backend = await openBackend(cluster);
  return await createSessions(backend.apiUrl, count);
}

interface ShopInCluster {
  /** Name of its database. */
  readonly name: string;
  readonly shape: Shape;
  readonly shoppers: readonly Shopper[];
  readonly fill: (databaseUrl: string) => Promise<void>;
  /** @default this one */
  readonly checkout?: string;
}

/** One of several shops in a cluster, each with a database and a backend of its own; it is filled. */
export async function openShopIn(
  cluster: Cluster,
  { name, shape, shoppers, fill, checkout }: ShopInCluster,
): Promise<Shop> {
  const backend = await openBackend(cluster, name, checkout);
  const reset = () => fill(backend.databaseUrl);
  await reset();
  return {
    ...backend,
    shape,
    shoppers,
    shoppersFile: await writeShoppers(cluster, `shoppers-${name}`, shoppers),
    scratch: cluster.scratch,
    reset,
  };
}
