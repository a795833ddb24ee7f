// The shop's database: an embedded server, or the one that DATABASE_URL names.
//
// Terminology
//   owner     the login that migrates: it owns the database and everything in it.
//   backend   the login that the backend uses: a member of carthub_app, which has DML rights only.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../../testbed/postgres/embedded-postgres.ts';
import { findDataDirectory } from '../../testbed/postgres/postgres-data-directory.ts';
import { DATABASE } from '../packages/services.ts';
import { runToEnd } from '../run/child-process.ts';
import { identify } from '../run/processes.ts';
import type { Session } from '../run/session.ts';
import { UserError } from '../run/user-error.mjs';
import { LOG_SETTINGS } from './database-log.ts';
import { tail } from './logs.ts';
import type { Secrets } from './secrets.ts';
import type { Settings } from './settings/read-settings.ts';

export interface Database extends AsyncDisposable {
  readonly ownerUrl: string;
  readonly backendUrl: string;
  /** Resolves if the server ends before this is disposed. */
  readonly died: Promise<UserError>;
}

type Passwords = Omit<Secrets, 'guestTokenSecret'>;

const NAME = 'carthub';
const ALIVE_CHECK_MS = 1_000;

export async function openDatabase(
  session: Session,
  settings: Settings,
  passwords: Passwords,
): Promise<Database> {
  const { databaseUrl, backendDatabaseUrl } = settings;
  if (databaseUrl !== undefined) return useGiven(databaseUrl, backendDatabaseUrl ?? databaseUrl);
  return session.progress.step('Start PostgreSQL', () => startEmbedded(session, passwords));
}

/** Applies all migrations and, if the shop has no products or rules yet, imports those of the demo. */
export async function fillDatabase(
  session: Session,
  database: Database,
  settings: Settings,
): Promise<void> {
  const { progress, signal, root } = session;
  signal.throwIfAborted();
  const migrate = () => runCli(session, database, ['migrate']);
  await progress.step('Migrate the database', migrate, lastLine);
  const file = await catalogFile(
    session,
    join(root, DATABASE.directory, 'catalog', 'products.csv'),
  );
  const importCatalog = () => runCli(session, database, ['import-catalog', '--if-empty', file]);
  await progress.step('Import the catalog', importCatalog, lastLine);
  if (!hasDemoPrices(session.env, settings)) return;
  const rules = join(root, DATABASE.directory, 'catalog', 'pricing.yaml');
  const importPricing = () => runCli(session, database, ['import-pricing', '--if-empty', rules]);
  await progress.step('Import taxes, delivery and promotions', importPricing, lastLine);
}

const PRICE_SETTINGS = ['TAX_RATE_PERCENT', 'SHIPPING_FLAT', 'SHIPPING_FREE_FROM'];

/**
 * Rules replace these settings, so a caller who sets one gets no rules. A database of the caller's may be that of a shop
 * which relies on the settings. The demo's amounts are dollars.
 */
const hasDemoPrices = (env: NodeJS.ProcessEnv, { databaseUrl }: Settings): boolean =>
  databaseUrl === undefined &&
  PRICE_SETTINGS.every((name) => !env[name]?.trim()) &&
  (env.CURRENCY?.trim() || 'USD') === 'USD';

/** For a currency without decimals, a copy with prices of the same number of minor units: 22.00 becomes 2200. */
async function catalogFile({ stateDir, env }: Session, file: string): Promise<string> {
  const currency = env.CURRENCY?.trim() || 'USD';
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  if (format.resolvedOptions().maximumFractionDigits !== 0) return file;
  const text = await readFile(file, 'utf8');
  const copy = join(stateDir, `catalog-${currency}.csv`);
  await writeFile(copy, text.replaceAll(/,(\d+)\.(\d\d)(,\d+,[^,\n]+)$/gm, ',$1$2$3'));
  return copy;
}

function useGiven(ownerUrl: string, backendUrl: string): Database {
  const died = new Promise<UserError>(() => {});
  return { ownerUrl, backendUrl, died, [Symbol.asyncDispose]: async () => {} };
}

async function startEmbedded(session: Session, passwords: Passwords): Promise<Database> {
  const { run, progress, stateDir } = session;
  const dataDir = join(stateDir, 'postgres');
  const notes = new Set<string>();
  const log = (line: string) => {
    if (!notes.has(line)) progress.line(`    ${line}`);
    notes.add(line);
  };
  const { cluster } = await findDataDirectory(dataDir, log);
  const entry = {
    name: 'PostgreSQL',
    pidFile: join(cluster, 'postmaster.pid'),
    command: 'postgres',
    group: false,
    // A fast shutdown, then an immediate one.
    signals: ['SIGINT', 'SIGQUIT'] as const,
  };
  run.track(entry);
  const server = await startPostgres({ dataDir, log, settings: LOG_SETTINGS });
  const stopped = new AbortController();
  await createRoles(server, passwords);
  return {
    ownerUrl: urlOf(server, 'carthub_owner', passwords.ownerPassword),
    backendUrl: urlOf(server, 'carthub_backend', passwords.backendPassword),
    died: watch(server, stopped.signal),
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await server.stop();
      run.untrack(entry);
    },
  };
}

function urlOf(server: PostgresServer, user: string, password: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${server.port}/${NAME}`;
}

async function watch({ pid, home }: PostgresServer, stopped: AbortSignal): Promise<UserError> {
  const identity = identify(pid);
  while (identify(pid) === identity) await sleep(ALIVE_CHECK_MS, undefined, { ref: false });
  if (stopped.aborted) return new Promise(() => {});
  const end = await tail(join(home, 'server.log'));
  return new UserError(`PostgreSQL has ended. The end of its log:\n\n${end}`);
}

/** Created by the superuser, so that the owner does not need CREATEROLE. */
async function createRoles(server: PostgresServer, passwords: Passwords): Promise<void> {
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  try {
    const { rows } = await client.query<{ rolname: string }>('select rolname from pg_roles');
    const existing = new Set(rows.map(({ rolname }) => rolname));
    for (const role of ['carthub_app', 'carthub_owner', 'carthub_backend']) {
      if (!existing.has(role)) await client.query(`create role ${role}`);
    }
    await client.query(`
      alter role carthub_owner login password ${pg.escapeLiteral(passwords.ownerPassword)};
      alter role carthub_backend login password ${pg.escapeLiteral(passwords.backendPassword)};
      grant carthub_app to carthub_backend;
    `);
    const databases = await client.query('select from pg_database where datname = $1', [NAME]);
    if (databases.rowCount === 0) {
      await client.query(`create database ${NAME} owner carthub_owner template template0`);
    }
  } finally {
    await client.end();
  }
}

async function runCli(session: Session, { ownerUrl }: Database, args: string[]): Promise<string> {
  const cwd = join(session.root, DATABASE.directory);
  const env = { ...session.env, DATABASE_URL: ownerUrl };
  const command = [process.execPath, 'dist/cli.js', ...args];
  const { ok, output } = await runToEnd(session, command, { cwd, env });
  if (!ok) throw new UserError(`The database is not ready:\n\n${output.trim()}`);
  return output;
}

const lastLine = (output: string) => output.trim().split('\n').at(-1) ?? '';
