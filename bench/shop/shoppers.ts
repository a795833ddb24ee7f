import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';

export interface Shopper {
  readonly id: string;
  readonly token: string;
  /** Number of the cart, which determines the products of its lines. */
  readonly cart: number;
}

const MAX_CONCURRENT_SESSIONS = 50;

/** Writes the file that the scripts of wrk read. @returns its path */
export async function writeShoppers(
  { scratch }: Pick<Cluster, 'scratch'>,
  name: string,
  shoppers: readonly Shopper[],
): Promise<string> {
  const file = join(scratch, name);
  const lines = shoppers.map(({ id, token, cart }) => `${id} ${token} ${cart}\n`);
  await writeFile(file, lines.join(''));
  return file;
}

/** @returns shoppers without a cart, numbered from 1 */
export async function createSessions(apiUrl: string, count: number): Promise<Shopper[]> {
  const shoppers: Shopper[] = [];
  while (shoppers.length < count) {
    const some = Math.min(MAX_CONCURRENT_SESSIONS, count - shoppers.length);
    const first = shoppers.length + 1;
    const sessions = Array.from({ length: some }, (_, index) =>
      createSession(apiUrl, first + index),
    );
    shoppers.push(...(await Promise.all(sessions)));
  }
  return shoppers;
}

async function createSession(apiUrl: string, cart: number): Promise<Shopper> {
  const response = await fetch(`${apiUrl}/api/v1/sessions`, { method: 'POST' });
  const { customer_id: id, token }: { customer_id: string; token: string } = JSON.parse(
    await response.text(),
  );
  return { id, token, cart };
}
