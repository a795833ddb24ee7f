/** The advisory lock that keeps two migration runs apart. */
import type { Connection } from '../database/connection.ts';

/** An arbitrary number. It must never change: all versions of this program share the lock. */
const LOCK_KEY = 7_226_710_331;

/** Does not wait: a waiting statement holds a snapshot, and concurrent index builds wait for those. */
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
