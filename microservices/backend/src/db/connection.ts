import type { FastifyBaseLogger } from 'fastify';
import pg, { type Pool, type PoolClient } from 'pg';
import type { DatabaseConfig } from '../config/config.ts';
import { databaseUnavailable } from './database-errors.ts';

/** The request that statements run for, and who observes them. */
export interface Origin {
  readonly requestId: string;
  readonly log: Pick<FastifyBaseLogger, 'warn' | 'error'>;
  readonly observer: DatabaseObserver;
  readonly config: Pick<DatabaseConfig, 'waitMs' | 'slowStatementMs' | 'hasComments'>;
}

/** Is told how long a request waited for a connection, and how long each statement took. */
export interface DatabaseObserver {
  waited(seconds: number): void;
  ran(statement: string, seconds: number): void;
}

/** The pool: each statement on a connection of its own. */
export interface RequestDatabase extends Origin {
  readonly pool: Pool;
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
  const began = performance.now();
  const client = await database.pool.connect().finally(() => {
    database.observer.waited((performance.now() - began) / 1000);
  });
  let isBroken = false;
  try {
    return await work(client);
  } catch (error) {
    isBroken = breaksConnection(error);
    throw error;
  } finally {
    client.release(isBroken);
  }
}

/** After an ERROR PostgreSQL is ready for the next statement; after anything worse it closes. */
const breaksConnection = (error: unknown): boolean =>
  error instanceof pg.DatabaseError
    ? error.severity !== 'ERROR'
    : databaseUnavailable(error) !== undefined;
