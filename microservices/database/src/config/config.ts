// The environment, read once and checked as a whole.

import { type DatabaseSource, readDatabaseSource } from './database-source.ts';
import type { Environment } from './environment.ts';

export interface Config {
  readonly database: DatabaseSource;
  /**
   * How long a migration's statement waits for a lock in its last two tries, while the shop waits behind
   * it; before that half as long. After a second (PostgreSQL's deadlock_timeout) an autovacuum makes way.
   */
  readonly lockTimeoutMs: number;
  /** How long one statement of a migration may run. */
  readonly statementTimeoutMs: number;
  /** How often a migration is tried again after a lock, a deadlock or a conflict has stopped it. */
  readonly lockRetries: number;
  /** Where the backend's login and password are mounted; undefined: `migrate` leaves logins alone. */
  readonly appCredentialsDirectory: string | undefined;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

/** @param databaseUrl from the command line; it wins over the environment */
export function readConfig(environment: Environment, databaseUrl?: string): ConfigResult {
  const problems: string[] = [];
  const duration = (name: string, fallback: number): number => {
    const text = environment[name];
    if (text === undefined || text === '') return fallback;
    if (!/^\d{1,9}$/.test(text))
      problems.push(`${name} is "${text}": give milliseconds, or 0 for never.`);
    return Number(text);
  };
  const retries = (name: string, fallback: number): number => {
    const text = environment[name];
    if (text === undefined || text === '') return fallback;
    if (!/^\d{1,2}$/.test(text)) problems.push(`${name} is "${text}": give 0 to 99.`);
    return Number(text);
  };
  const database = readDatabaseSource(environment, databaseUrl, problems);
  const config = {
    database,
    lockTimeoutMs: duration('MIGRATION_LOCK_TIMEOUT_MS', 1_200),
    statementTimeoutMs: duration('MIGRATION_STATEMENT_TIMEOUT_MS', 600_000),
    lockRetries: retries('MIGRATION_LOCK_RETRIES', 5),
    appCredentialsDirectory: environment.APP_CREDENTIALS_DIR || undefined,
  };
  return problems.length === 0 ? { ok: true, config } : { ok: false, problems };
}
