// A real PostgreSQL with its default durability, and the real backend.

import { join } from 'node:path';
import { startBackend } from '../../testbed/backend.ts';
import { createDatabase, migrate } from '../../testbed/database.ts';
import { startTemporaryPostgres } from '../../testbed/postgres/embedded-postgres.ts';
import { createScratch } from '../../testbed/scratch.ts';
import type { Tools } from '../load/tools.ts';
import type { Served } from '../measure/measure.ts';
import { buildCheckout, THIS_CHECKOUT } from './checkout.ts';

/** A PostgreSQL server, and the built services of this checkout. */
export interface Cluster extends AsyncDisposable {
  readonly databasePid: number;
  /** A directory that is deleted with the cluster. */
  readonly scratch: string;
  url(database?: string): string;
}

export interface Backend extends Served, AsyncDisposable {
  readonly databaseUrl: string;
  readonly apiUrl: string;
}

/** PostgreSQL's defaults, which the testbed turns off for tests. */
const DEFAULT_DURABILITY = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

/** @param settings added to the default ones of postgresql.conf */
export async function openCluster(
  tools: Tools,
  settings: Readonly<Record<string, string>> = {},
): Promise<Cluster> {
  await buildCheckout(THIS_CHECKOUT);
  const scratch = await createScratch('carthub-bench-');
  const server = await startTemporaryPostgres({
    programs: tools.postgres,
    settings: { ...DEFAULT_DURABILITY, max_connections: '200', ...settings },
  });
  return {
    databasePid: server.pid,
    scratch: scratch.path,
    url: server.url,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

/**
 * Starts a backend on a migrated database.
 * @param database created if it is named
 * @param checkout of the repository, built
 */
export async function openBackend(
  cluster: Cluster,
  database?: string,
  checkout = THIS_CHECKOUT,
): Promise<Backend> {
  if (database !== undefined) await createDatabase(cluster.url(), database);
  const databaseUrl = cluster.url(database);
  await migrate(databaseUrl, join(checkout, 'microservices/database'));
  const backend = await startBackend({
    directory: join(checkout, 'microservices/backend'),
    databaseUrl,
    // A provider's books are no part of the shop's speed.
    env: { NODE_ENV: 'production', TEST_PAYMENT_LEDGER: 'memory' },
  });
  return {
    databaseUrl,
    databasePid: cluster.databasePid,
    apiUrl: backend.url,
    apiPid: backend.pid,
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}
