// The environment, read once and checked as a whole.

export interface Config {
  readonly databaseUrl: string;
  /** How long a migration's statement waits for a lock, while the shop waits behind it. */
  readonly lockTimeoutMs: number;
  /** How long one statement of a migration may run. */
  readonly statementTimeoutMs: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

/** @param databaseUrl from the command line; it wins over DATABASE_URL */
export function readConfig(environment: Environment, databaseUrl?: string): ConfigResult {
  const problems: string[] = [];
  const duration = (name: string, fallback: number): number => {
    const text = environment[name];
    if (text === undefined || text === '') return fallback;
    if (!/^\d{1,9}$/.test(text))
      problems.push(`${name} is "${text}": give milliseconds, or 0 for never.`);
    return Number(text);
  };
  const url = databaseUrl ?? environment.DATABASE_URL ?? '';
  const urlProblem = checkDatabaseUrl(url);
  if (urlProblem !== undefined) problems.push(urlProblem);
  const config = {
    databaseUrl: url,
    lockTimeoutMs: duration('MIGRATION_LOCK_TIMEOUT_MS', 5_000),
    statementTimeoutMs: duration('MIGRATION_STATEMENT_TIMEOUT_MS', 600_000),
  };
  return problems.length === 0 ? { ok: true, config } : { ok: false, problems };
}

/** Never repeats the URL: it holds a password. */
function checkDatabaseUrl(url: string): string | undefined {
  const example = 'postgres://USER:PASSWORD@HOST:5432/DATABASE';
  if (url === '') return `No database is named: set DATABASE_URL or --database-url to ${example}.`;
  if (!URL.canParse(url)) return `The database URL can not be read: it must look like ${example}.`;
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    return `The database URL begins with "${protocol}": it must look like ${example}.`;
  }
  if (pathname.length < 2)
    return `The database URL names no database: it must look like ${example}.`;
  return undefined;
}
