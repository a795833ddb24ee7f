// Two shops in one PostgreSQL, each with a backend of its own, that take turns.

import type { Shape } from './fill-shop.ts';
import {
  beginSessions,
  type Cluster,
  openBackend,
  type Shop,
  type Shopper,
  writeShoppers,
} from './shop.ts';

interface Wanted {
  /** Of the database. */
  readonly name: string;
  readonly shape: Shape;
  readonly shoppers: readonly Shopper[];
  readonly fill: (databaseUrl: string) => Promise<void>;
}

/** Tokens are good for all backends, which are told the same key. */
export async function beginShoppers(cluster: Cluster, count: number): Promise<Shopper[]> {
  await using backend = await openBackend(cluster);
  return await beginSessions(backend.apiUrl, count);
}

export async function openOneOf(
  cluster: Cluster,
  { name, shape, shoppers, fill }: Wanted,
): Promise<Shop> {
  const backend = await openBackend(cluster, name);
  const shoppersFile = await writeShoppers(cluster, `shoppers-${name}`, shoppers);
  const reset = () => fill(backend.databaseUrl);
  await reset();
  return { ...backend, shape, shoppers, shoppersFile, scratch: cluster.scratch, reset };
}
