import type { Connection } from '../database/connection.ts';
import type { MigrationFile } from './files/migration-files.ts';
import type { AppliedMigration } from './plan.ts';

/** Any number will do, as long as every version of this program uses the same one. */
const LOCK_KEY = 7_226_710_331;

/** Returns at once. Waiting inside the database would hold a snapshot, which index builds wait for. */
export async function tryLock(connection: Connection): Promise<boolean> {
  const { rows } = await connection.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1::bigint) as locked',
    [LOCK_KEY],
  );
  return rows[0]?.locked === true;
}

export async function unlock(connection: Connection): Promise<void> {
  await connection.query('select pg_advisory_unlock($1::bigint)', [LOCK_KEY]);
}

/** A server that notices a dead client sooner gives up its locks sooner. Not every platform can. */
export async function prepareSession(connection: Connection): Promise<void> {
  await connection.query("set client_connection_check_interval to '1s'").catch(() => {});
}

export interface Timeouts {
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** For this transaction alone, so that no migration inherits what another one has set. */
export async function prepareTransaction(
  connection: Connection,
  timeouts: Timeouts,
): Promise<void> {
  await connection.query(
    `select set_config('search_path', 'public', true),
            set_config('lock_timeout', $1::text, true),
            set_config('statement_timeout', $2::text, true)`,
    [String(timeouts.lockTimeoutMs), String(timeouts.statementTimeoutMs)],
  );
}

/**
 * For statements outside of a transaction. They hold nobody up, neither by the locks they take nor by
 * those they wait for: so they work for as long as it takes, and wait for as long as others may work.
 */
export async function prepareStatements(
  connection: Connection,
  { statementTimeoutMs }: Timeouts,
): Promise<void> {
  await connection.query(
    `select set_config('search_path', 'public', false),
            set_config('lock_timeout', $1::text, false),
            set_config('statement_timeout', '0', false)`,
    [String(statementTimeoutMs)],
  );
}

export async function historyExists(connection: Connection): Promise<boolean> {
  const { rows } = await connection.query<{ found: boolean }>(
    `select to_regclass('public.schema_version') is not null as found`,
  );
  return rows[0]?.found === true;
}

export async function createHistory(connection: Connection): Promise<void> {
  await connection.query(
    `create table public.schema_version (
       version integer primary key check (version > 0),
       name text not null,
       checksum text not null,
       applied_at timestamptz not null default now(),
       duration_ms integer not null check (duration_ms >= 0),
       breaking boolean not null default false
     )`,
  );
}

/** Before migration 0002 the table had no column "breaking", which a row as JSON does not mind. */
export async function readHistory(connection: Connection): Promise<AppliedMigration[]> {
  const { rows } = await connection.query<AppliedMigration>(
    `select version, name, checksum, applied_at, duration_ms,
            coalesce((to_jsonb(schema_version) ->> 'breaking')::boolean, false) as breaking
     from public.schema_version
     order by version`,
  );
  return rows;
}

export async function recordMigration(
  connection: Connection,
  { version, name, checksum, marks }: MigrationFile,
  durationMs: number,
): Promise<void> {
  await connection.query(
    `insert into public.schema_version (version, name, checksum, duration_ms, breaking)
     values ($1::integer, $2::text, $3::text, $4::integer, $5::boolean)`,
    [version, name, checksum, durationMs, marks.includes('breaking')],
  );
}
