// Takes a dump, and counts and checksums of the very same moment.
//
// Terminology
//   snapshot   the moment: a transaction exports it, and pg_dump and all who count read through it.
//   sink       where the dump goes: a file, or a bucket.

import type { DatabaseSource } from '../config/database-source.ts';
import { type Connection, type Database, inTransaction } from '../database/connection.ts';
import { historyExists, readHistory } from '../migrations/history.queries.ts';
import { BackupError, StoppedError } from './backup-error.ts';
import { databaseKey } from './backup-id.ts';
import * as queries from './contents/contents.queries.ts';
import { readContents } from './contents/contents.ts';
import type { FileDigest } from './contents/file-digest.ts';
import * as snapshots from './contents/snapshot.queries.ts';
import type { Manifest } from './manifest.ts';
import { checkDumpVersion, type Tool } from './tools/pg-tools.ts';

/** What every backup works with. */
export interface BackupWork {
  readonly database: Database;
  readonly source: DatabaseSource;
  readonly pgDump: Tool;
  /** How many tables are counted at once, beside the dump. */
  readonly jobs: number;
  readonly stop: AbortSignal;
}

export interface Shop {
  readonly identity: queries.Identity;
  readonly key: string;
}

/** Runs pg_dump with these arguments, and keeps what it writes. */
export type Sink = (args: readonly string[], stop: AbortSignal) => Promise<FileDigest>;

const LOCK_WAIT_MS = 60_000;

/** Locks the database against a second backup for as long as the connection lives. */
export async function openShop(connection: Connection, { pgDump }: BackupWork): Promise<Shop> {
  await queries.prepareReading(connection);
  const identity = await queries.readIdentity(connection);
  if (identity === undefined || !(await historyExists(connection))) {
    throw new BackupError(
      'The database has no schema_version, so it is no shop that "carthub-db migrate" has made: ' +
        'check the database URL.',
    );
  }
  checkDumpVersion(pgDump, majorOf(identity));
  if (!(await snapshots.tryBackupLock(connection))) {
    throw new BackupError('Another backup of this database is being made: wait for it to finish.');
  }
  await snapshots.endOrphans(connection);
  return { identity, key: databaseKey(identity.system_identifier, identity.name) };
}

function majorOf({ version_number }: queries.Identity): number {
  return Math.floor(version_number / 10_000);
}

export async function dumpShop(
  connection: Connection,
  id: string,
  { identity }: Shop,
  work: BackupWork,
  sink: Sink,
): Promise<Manifest> {
  const startedAt = new Date().toISOString();
  const read = async () => {
    // Locked before the snapshot is taken, which is at the first query: no migration is in between.
    await snapshots.waitForLocks(connection, LOCK_WAIT_MS);
    await queries.lockTables(connection, before);
    const snapshot = await snapshots.exportSnapshot(connection);
    const tables = await queries.readTables(connection);
    const history = await readHistory(connection);
    const roles = await queries.readGrantedRoles(connection);
    const { dump, contents } = await readAll(snapshot, tables, work, sink);
    return { dump, contents, roles, schemaVersion: history.at(-1)?.version ?? 0 };
  };
  const before = await queries.readTables(connection);
  const { dump, contents, roles, schemaVersion } = await inTransaction(connection, read, {
    begin: snapshots.BEGIN_SNAPSHOT,
  });
  return {
    format: 1,
    id,
    startedAt,
    finishedAt: new Date().toISOString(),
    database: {
      name: identity.name,
      systemIdentifier: identity.system_identifier,
      serverVersion: identity.version,
      serverMajor: majorOf(identity),
      bytes: Number(identity.bytes),
    },
    pgDump: { version: work.pgDump.version, major: work.pgDump.major },
    schemaVersion,
    roles,
    tables: contents,
    dump,
  };
}

/** The dump and the counts side by side; when one fails, the other one is ended. */
async function readAll(
  snapshot: string,
  tables: readonly queries.TableRow[],
  { database, jobs, stop }: BackupWork,
  sink: Sink,
) {
  const failed = new AbortController();
  const either = AbortSignal.any([stop, failed.signal]);
  let reason: unknown;
  const orEnd = <T>(result: Promise<T>): Promise<T> =>
    result.catch((error: unknown) => {
      reason ??= error;
      failed.abort();
      throw error;
    });
  const args = ['--format=custom', '--no-password', `--snapshot=${snapshot}`];
  const [dump, contents] = await Promise.allSettled([
    orEnd(sink([...args, `--lock-wait-timeout=${LOCK_WAIT_MS}`], either)),
    orEnd(readContents({ database, tables, snapshot, jobs, stop: either })),
  ]);
  if (stop.aborted) throw new StoppedError();
  if (dump.status === 'rejected' || contents.status === 'rejected') throw reason;
  return { dump: dump.value, contents: contents.value };
}
