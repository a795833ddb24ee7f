// The shop that is measured: a real PostgreSQL with its default durability, and the real backend.

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackend } from '../../drills/support/shop-backend.ts';
import { startTemporaryPostgres } from '../../microservices/database/test-support/embedded-postgres.ts';
import type { Tools } from '../load/tools.ts';
import type { Served } from '../measure/measure.ts';
import { createDatabase, fillShop, type Shape } from './fill-shop.ts';

/** A PostgreSQL, and the built services. */
export interface Cluster extends AsyncDisposable {
  readonly databasePid: number;
  /** A directory that goes when the cluster is closed. */
  readonly scratch: string;
  url(database?: string): string;
}

export interface Backend extends Served, AsyncDisposable {
  readonly databaseUrl: string;
  readonly apiUrl: string;
}

export interface Shopper {
  readonly id: string;
  readonly token: string;
  /** Of the cart: from it follow the products of its lines. */
  readonly cart: number;
}

export interface Shop extends Backend {
  readonly shoppers: readonly Shopper[];
  /** Of all shoppers. */
  readonly shoppersFile: string;
  readonly shape: Shape;
  readonly scratch: string;
  /** As it was at first. Behind the API's back, so that its copies of all carts are old. */
  reset(): Promise<void>;
}

const MICROSERVICES = join(import.meta.dirname, '../../microservices');
/** As PostgreSQL does by itself; the helper that starts it for tests would turn these off. */
const DEFAULT_DURABILITY = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const SESSIONS_AT_ONCE = 50;

export async function openShop(tools: Tools, shape: Shape): Promise<Shop> {
  const cluster = await openCluster(tools);
  const close = () => cluster[Symbol.asyncDispose]();
  try {
    const backend = await openBackend(cluster);
    const shoppers = await beginSessions(backend.apiUrl, shape.carts);
    const shoppersFile = await writeShoppers(cluster, 'shoppers', shoppers);
    const ids = shoppers.map(({ id }) => id);
    return {
      ...backend,
      shoppers,
      shoppersFile,
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

/** @param settings of postgresql.conf beside the default ones */
export async function openCluster(
  tools: Tools,
  settings: Readonly<Record<string, string>> = {},
): Promise<Cluster> {
  for (const service of ['database', 'backend']) build(join(MICROSERVICES, service));
  const scratch = await mkdtemp(join(tmpdir(), 'carthub-bench-'));
  const server = await startTemporaryPostgres({
    programs: tools.postgres,
    settings: { ...DEFAULT_DURABILITY, max_connections: '200', ...settings },
  });
  return {
    databasePid: server.pid,
    scratch,
    url: server.url,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(scratch, { recursive: true });
    },
  };
}

/** A backend of its own on a migrated database; one with a name is made for it. */
export async function openBackend(cluster: Cluster, database?: string): Promise<Backend> {
  if (database !== undefined) await createDatabase(cluster.url(), database);
  const databaseUrl = cluster.url(database);
  migrate(databaseUrl);
  const directory = join(MICROSERVICES, 'backend');
  const backend = await startBackend(directory, databaseUrl, { NODE_ENV: 'production' });
  return {
    databaseUrl,
    databasePid: cluster.databasePid,
    apiUrl: backend.url,
    apiPid: backend.pid,
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

function build(directory: string): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: directory, stdio: 'inherit' });
}

function migrate(databaseUrl: string): void {
  execFileSync(process.execPath, ['dist/cli.js', 'migrate'], {
    cwd: join(MICROSERVICES, 'database'),
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** For the scripts of wrk. @returns the file */
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

/** Shoppers without a cart yet, numbered from 1 on. */
export async function beginSessions(apiUrl: string, count: number): Promise<Shopper[]> {
  const shoppers: Shopper[] = [];
  while (shoppers.length < count) {
    const some = Math.min(SESSIONS_AT_ONCE, count - shoppers.length);
    const first = shoppers.length + 1;
    const begun = Array.from({ length: some }, (_, index) => beginSession(apiUrl, first + index));
    shoppers.push(...(await Promise.all(begun)));
  }
  return shoppers;
}

async function beginSession(apiUrl: string, cart: number): Promise<Shopper> {
  const response = await fetch(`${apiUrl}/api/v1/sessions`, { method: 'POST' });
  const { customer_id: id, token }: { customer_id: string; token: string } = JSON.parse(
    await response.text(),
  );
  return { id, token, cart };
}
