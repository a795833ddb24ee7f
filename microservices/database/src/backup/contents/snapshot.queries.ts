// A snapshot that several connections read, and the lock against a second backup.

import { escapeLiteral } from 'pg';
import type { Connection } from '../../database/connection.ts';
import { CHILD_APPLICATION } from '../tools/child-environment.ts';

/** Any number will do, as long as every version of this program uses the same one. */
const LOCK_KEY = 7_226_710_332;

/** Of the database, until the connection ends. Returns at once. */
export async function tryBackupLock(connection: Connection): Promise<boolean> {
  const { rows } = await connection.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1::bigint) as locked',
    [LOCK_KEY],
  );
  return rows[0]?.locked === true;
}

/**
 * A backup that was killed may have left a pg_dump behind, which goes on writing. The
 * backup lock guarantees that no other backup is running.
 */
export async function endOrphans(connection: Connection): Promise<number> {
  const { rowCount } = await connection.query(
    `select pg_terminate_backend(pid)
     from pg_stat_activity
     where datname = current_database() and application_name = $1::text and usename = current_user`,
    [CHILD_APPLICATION],
  );
  return rowCount ?? 0;
}

export const BEGIN_SNAPSHOT = 'begin isolation level repeatable read read only';

export async function exportSnapshot(connection: Connection): Promise<string> {
  const { rows } = await connection.query<{ snapshot: string }>(
    'select pg_export_snapshot() as snapshot',
  );
  return rows[0]?.snapshot ?? '';
}

/** "set transaction" takes no parameters. */
export async function beginReading(
  connection: Connection,
  snapshot: string | undefined,
): Promise<void> {
  await connection.query(BEGIN_SNAPSHOT);
  if (snapshot === undefined) return;
  await connection.query(`set transaction snapshot ${escapeLiteral(snapshot)}`);
}

/** Only for this transaction. Not a query, so it takes no snapshot yet. */
export async function waitForLocks(connection: Connection, timeoutMs: number): Promise<void> {
  await connection.query(`set local lock_timeout = ${Math.round(timeoutMs)}`);
}
