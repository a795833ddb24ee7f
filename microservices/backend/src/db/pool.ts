import pg from 'pg';
import type { DatabaseConfig } from '../config/config.ts';

/** The process's connections. They log in as the DML-only role and keep UTC. */
export function createPool(
  databaseUrl: string,
  config: DatabaseConfig,
  onIdleError: (error: Error) => void,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'carthub-backend',
    max: config.poolMax,
    connectionTimeoutMillis: config.waitMs,
    statement_timeout: config.statementTimeoutMs,
    idle_in_transaction_session_timeout: config.statementTimeoutMs,
    keepAlive: true,
  });
  // An idle connection that PostgreSQL closes is replaced at its next use; unheard, it would end us.
  pool.on('error', onIdleError);
  pool.on('connect', (client) => {
    client.on('error', onIdleError);
  });
  return pool;
}
