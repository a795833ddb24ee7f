// The environment, read once and checked as a whole.

import { readPictureHosts } from '../catalog/picture-hosts.ts';
import { PARTS } from '../database/connection-parameters.ts';
import { currencyProblem } from './currencies.ts';
import { type DatabaseSource, readDatabaseSource } from './database-source.ts';
import type { Environment } from './environment.ts';
import { unknownVariables, withoutServiceLinks } from './unknown-variables.ts';

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
  /** ISO 4217 code of the prices that `import-catalog` reads. */
  readonly currency: string;
  /** Where the backend's login and password are mounted; undefined: `migrate` leaves logins alone. */
  readonly appCredentialsDirectory: string | undefined;
  /** Hosts other than the shop's own whose pictures the storefront shows. */
  readonly pictureHosts: readonly string[];
}

/** The variables of the service. The AWS SDK reads the last one. */
export const SETTINGS = [
  'DATABASE_URL',
  'DATABASE_CREDENTIALS_DIR',
  'DATABASE_SECRET_ARN',
  ...PARTS.map((part) => `DATABASE_${part.toUpperCase()}`),
  'DATABASE_TLS',
  'DATABASE_CA_FILE',
  'APP_CREDENTIALS_DIR',
  'CURRENCY',
  'PICTURE_HOSTS',
  'MIGRATION_LOCK_TIMEOUT_MS',
  'MIGRATION_STATEMENT_TIMEOUT_MS',
  'MIGRATION_LOCK_RETRIES',
  'AWS_REGION',
];

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * An empty or blank value counts as absent.
 * @param databaseUrl from the command line; it wins over the environment
 */
export function readConfig(variables: Environment, databaseUrl?: string): ConfigResult {
  const environment = withoutServiceLinks(variables);
  const problems: string[] = [];
  const given = (name: string) => environment[name]?.trim() || undefined;
  const integer = (name: string, pattern: RegExp, fallback: number, expected: string): number => {
    const text = given(name) ?? String(fallback);
    if (!pattern.test(text)) {
      problems.push(`${name} is ${JSON.stringify(text.slice(0, 40))}: give ${expected}.`);
    }
    return Number(text);
  };
  const duration = (name: string, fallback: number) =>
    integer(name, /^\d{1,9}$/, fallback, 'milliseconds, at most 999999999, or 0 for never');
  const config = {
    database: readDatabaseSource(environment, databaseUrl, problems),
    lockTimeoutMs: duration('MIGRATION_LOCK_TIMEOUT_MS', 1_200),
    statementTimeoutMs: duration('MIGRATION_STATEMENT_TIMEOUT_MS', 600_000),
    lockRetries: integer('MIGRATION_LOCK_RETRIES', /^\d{1,2}$/, 5, 'a whole number from 0 to 99'),
    pictureHosts: readPictureHosts(environment.PICTURE_HOSTS, problems),
    appCredentialsDirectory: given('APP_CREDENTIALS_DIR'),
    currency: given('CURRENCY') ?? 'USD',
  };
  const unsupported = currencyProblem(config.currency);
  if (unsupported) problems.push(unsupported);
  problems.push(...unknownVariables(variables, SETTINGS));
  return problems.length === 0 ? { ok: true, config } : { ok: false, problems };
}
