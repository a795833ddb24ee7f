import type { FastifyBaseLogger } from 'fastify';
import type { Pool, PoolClient } from 'pg';
import type { DatabaseConfig } from '../config/config.ts';
import type { Buckets } from './buckets.ts';
import { cannotConnect, connectionAfter } from './database-errors.ts';
import { RotatingPool } from './pool.ts';

/** The request that statements run for, and who observes them. */
export interface Origin {
  readonly requestId: string;
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'warn' | 'error'>;
  readonly observer: DatabaseObserver;
  readonly buckets: Buckets;
  readonly config: Pick<
    DatabaseConfig,
    'waitMs' | 'statementTimeoutMs' | 'slowStatementMs' | 'hasComments'
  >;
}

/** Is told how long a request waited for a connection, and how long each statement took. */
export interface DatabaseObserver {
  waited(seconds: number): void;
  ran(statement: string, seconds: number): void;
}

/** The pool: each statement on a connection of its own. */
export interface RequestDatabase extends Origin {
  readonly pool: Pool;
  /** Whether a statement that waited for a lock in vain fails at once: its caller handles that. */
  readonly failsWhenLocked?: boolean;
}

/** A connection inside a transaction. */
export interface Transaction extends Origin {
  readonly client: PoolClient;
}

/** Where a statement runs. */
export type Connection = RequestDatabase | Transaction;

/** Runs `work` on a connection of the pool, which goes back unless it broke. */
export async function withClient<Value>(
  database: RequestDatabase,
  work: (client: PoolClient) => Promise<Value>,
): Promise<Value> {
  const client = await connect(database);
  let after: ReturnType<typeof connectionAfter> = 'kept';
  try {
    return await work(client);
  } catch (error) {
    after = connectionAfter(error);
    throw error;
  } finally {
    client.release(after !== 'kept');
    if (after === 'all dropped') dropConnections(database);
  }
}

async function connect({ pool, observer }: RequestDatabase): Promise<PoolClient> {
  const began = performance.now();
  try {
    return await pool.connect();
  } catch (error) {
    throw cannotConnect(error);
  } finally {
    observer.waited((performance.now() - began) / 1000);
  }
}

/** Leaves a server that is no longer the right one. */
export function dropConnections({ pool }: RequestDatabase): void {
  if (pool instanceof RotatingPool) pool.dropConnections();
}
