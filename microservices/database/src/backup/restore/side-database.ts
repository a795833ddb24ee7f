// A temporary database that a backup is restored into: it is checked and dropped, or replaces another.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, inTransaction } from '../../database/connection.ts';
import { BackupError } from '../backup-error.ts';
import * as queries from './databases.queries.ts';

/** PostgreSQL cuts longer names, in bytes. */
const MAX_NAME_BYTES = 63;
const END_SESSIONS_MS = 100;
const TIME_IN_NAME = /^\d{8}t\d{9}z$/;

/** Such as 20260131t093000123z. */
export function timeInName(now: Date): string {
  return now.toISOString().replaceAll(/[-:.]/g, '').toLowerCase();
}

/**
 * Creates one, and drops it at the end unless it was renamed. Drops those that killed runs left: the
 * lock guarantees that no other run uses them.
 * @param connection to a database that is neither of them
 * @param prefix of its name
 */
export async function withSideDatabase<T>(
  connection: Connection,
  prefix: string,
  work: (name: string) => Promise<T>,
): Promise<T> {
  await queries.keepOpen(connection);
  if (!(await queries.tryPrefixLock(connection, prefix))) {
    throw new BackupError(
      `Another restore is making a database ${prefix}…: wait for it to finish.`,
    );
  }
  const target = await queries.readTarget(connection);
  if (target?.may_create !== true) {
    throw new BackupError(
      'This role may not create databases: connect as one that may, or as a superuser ' +
        'run "alter role … createdb".',
    );
  }
  const name = `${prefix}${timeInName(new Date())}`;
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw new BackupError(
      `The name ${name} is too long for PostgreSQL: choose a shorter database.`,
    );
  }
  const named = await queries.findDatabases(connection, prefix);
  const left = named.filter((each) => TIME_IN_NAME.test(each.slice(prefix.length)));
  for (const each of left) await queries.dropDatabase(connection, each);
  await queries.createDatabase(connection, name);
  try {
    return await work(name);
  } finally {
    await queries.dropDatabase(connection, name);
  }
}

/** Gives a new database its name. If there is one of that name it is renamed in the same moment. */
export async function takeName(
  connection: Connection,
  ender: Connection,
  { name, wanted, old }: { name: string; wanted: string; old: string | undefined },
): Promise<void> {
  if (old === undefined) {
    await queries.renameDatabase(connection, name, wanted);
    return;
  }
  const properties = await queries.readOwnProperties(connection, wanted, name);
  const rename = async () => {
    for (const statement of properties) await connection.query(statement);
    // From here on a new session waits for the commit. PostgreSQL waits 5 seconds for the others.
    await queries.renameDatabase(connection, wanted, old);
    await queries.renameDatabase(connection, name, wanted);
  };
  let renaming = true;
  const renamed = inTransaction(connection, rename).finally(() => {
    renaming = false;
  });
  const ended = (async () => {
    while (renaming) {
      await queries.endSessions(ender, wanted);
      await sleep(END_SESSIONS_MS);
    }
  })();
  const [outcome, ending] = await Promise.allSettled([renamed, ended]);
  if (ending.status === 'rejected') throw ending.reason;
  if (outcome.status === 'rejected') throw outcome.reason;
}
