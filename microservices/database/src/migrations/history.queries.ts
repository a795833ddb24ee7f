import type { Connection } from '../database/connection.ts';
import type { MigrationFile } from './files/migration-files.ts';
import type { AppliedMigration } from './plan.ts';

/** Lets the server notice a dead client, and release its locks, within 1 s. Not all platforms support it. */
export async function prepareSession(connection: Connection): Promise<void> {
  await connection.query("set client_connection_check_interval to '1s'").catch(() => {});
}

export interface Timeouts {
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** Applies only to this transaction, so that no migration inherits the settings of another. */
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
 * For statements outside a transaction. Their locks block no other session, also while they wait for one:
 * so they run without a timeout, and wait for a lock as long as a statement may run.
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

/** PostgreSQL's name of how the database stores text, such as UTF8 or LATIN1. */
export async function readEncoding(connection: Connection): Promise<string> {
  const { rows } = await connection.query<{ encoding: string }>(
    "select current_setting('server_encoding') as encoding",
  );
  return rows[0]?.encoding ?? '';
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

/** Reads "breaking" from JSON, because the column does not exist before migration 0002. */
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
