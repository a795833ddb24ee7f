// Turns a backup into a database again.

import { text } from 'node:stream/consumers';
import type { Connection } from '../../database/connection.ts';
import { historyExists, readHistory } from '../../migrations/history.queries.ts';
import { BackupError, StoppedError } from '../backup-error.ts';
import * as contents from '../contents/contents.queries.ts';
import { compareContents, labelOf, readContents } from '../contents/contents.ts';
import { checkDump } from '../contents/file-digest.ts';
import { readViolations } from '../contents/invariants.queries.ts';
import type { Manifest } from '../manifest.ts';
import { type Steps, watch } from '../steps.ts';
import type { BackupStore, StoredDump } from '../stores/backup-store.ts';
import { checkRestoreVersion, listDump, runTool, type Tool } from '../tools/pg-tools.ts';
import * as queries from './databases.queries.ts';
import type { Server } from './server.ts';
import { takeName, timeInName, withSideDatabase } from './side-database.ts';

export interface RestoreWork {
  readonly server: Server;
  readonly pgRestore: Tool;
  readonly jobs: number;
  readonly steps: Steps;
  readonly stop: AbortSignal;
}

export interface RestorePlan {
  readonly manifest: Manifest;
  readonly into: string;
  /** What the database of that name is renamed to; undefined: there is none yet. */
  readonly old: string | undefined;
  readonly isOldEmpty: boolean;
  readonly missingRoles: readonly string[];
}

/** All that can be known before anything is done. */
export function planRestore(
  { server, pgRestore }: RestoreWork,
  manifest: Manifest,
  into: string,
  replace: boolean,
): Promise<RestorePlan> {
  return server.maintain(async (connection) => {
    await checkTarget(connection, pgRestore, manifest);
    const missingRoles = await queries.missingRoles(connection, manifest.roles);
    const exists = await queries.databaseExists(connection, into);
    if (!exists) return { manifest, into, old: undefined, isOldEmpty: true, missingRoles };
    const database = await server.database(into);
    const objects = await database.connect(queries.countObjects);
    if (objects > 0 && !replace) {
      throw new BackupError(
        `The database ${into} is not empty: it has ${objects} tables and other things. Name another ` +
          'one, or give --replace, which restores beside it and swaps the two at the end.',
      );
    }
    const old = `${into}_old_${timeInName(new Date())}`;
    return { manifest, into, old, isOldEmpty: objects === 0, missingRoles };
  });
}

async function checkTarget(connection: Connection, pgRestore: Tool, manifest: Manifest) {
  const target = await queries.readTarget(connection);
  const serverMajor = Math.floor((target?.version_number ?? 0) / 10_000);
  checkRestoreVersion(pgRestore, manifest.pgDump.major, serverMajor);
  if (serverMajor >= manifest.database.serverMajor) return;
  throw new BackupError(
    `The backup is of PostgreSQL ${manifest.database.serverMajor}, and the server is older ` +
      `(${serverMajor}): restore into a server of that version or a newer one.`,
  );
}

/** The old database keeps its name and its rows until the new one is whole and checked. */
export async function restore(
  store: BackupStore,
  { manifest, into, old, isOldEmpty }: RestorePlan,
  work: RestoreWork,
): Promise<void> {
  const dump = await openChecked(store, manifest, work);
  await work.server.maintain((connection) =>
    withSideDatabase(connection, `${into}_new_`, async (name) => {
      await fill(connection, name, dump, manifest, work);
      const differences = await compare(name, manifest, work);
      if (differences.length > 0) throw new BackupError(differences.join('\n'));
      if (work.stop.aborted) throw new StoppedError();
      await work.server.maintain((ender) =>
        takeName(connection, ender, { name, wanted: into, old }),
      );
      // An empty one holds nothing that anybody could miss.
      if (old !== undefined && isOldEmpty) await queries.dropDatabase(connection, old);
    }),
  );
}

/** Restores into a database that is dropped again. @returns what is wrong; nothing: all is well */
export async function verifyBackup(
  store: BackupStore,
  manifest: Manifest,
  work: RestoreWork,
): Promise<string[]> {
  await work.server.maintain((connection) => checkTarget(connection, work.pgRestore, manifest));
  const dump = await openChecked(store, manifest, work);
  return await work.server.maintain((connection) =>
    withSideDatabase(connection, 'carthub_verify_', async (name) => {
      await fill(connection, name, dump, manifest, work);
      const differences = await compare(name, manifest, work);
      // The rules ask about tables, which have to be there.
      if (differences.length > 0) return differences;
      const database = await work.server.database(name);
      const violations = await database.connect(readViolations);
      return violations.map(
        ({ rule, count, example }) => `${rule}: ${count} times, such as ${example}.`,
      );
    }),
  );
}

/** Reads all of the dump: a bucket sends it twice, so that no disk has to hold it. */
async function openChecked(
  store: BackupStore,
  manifest: Manifest,
  work: RestoreWork,
): Promise<StoredDump> {
  const { steps, stop } = work;
  const dump = await store.open(manifest);
  steps.begin('Checked');
  await checkDump(dump, manifest, steps.onBytes(manifest.dump.bytes), stop);
  await checkTables(dump, manifest, work);
  return dump;
}

/** pg_restore would stumble over what refers to a missing table, and name that instead. */
async function checkTables(dump: StoredDump, manifest: Manifest, { pgRestore, stop }: RestoreWork) {
  const list = await listDump(pgRestore, dump.read(stop), stop);
  const missing = manifest.tables.filter(
    ({ schema, name }) => !list.includes(` TABLE DATA ${schema} ${name} `),
  );
  if (missing.length === 0) return;
  throw new BackupError(
    missing
      .map((table) => `The dump lacks the table ${labelOf(table)}, which its manifest lists.`)
      .join('\n'),
  );
}

async function fill(
  connection: Connection,
  name: string,
  dump: StoredDump,
  manifest: Manifest,
  { server, pgRestore: tool, jobs, steps, stop }: RestoreWork,
): Promise<void> {
  await makeRoles(connection, manifest.roles);
  steps.begin('Restored');
  const onBytes = steps.onBytes(manifest.database.bytes);
  const source = await server.sourceOf(name);
  const into = `--dbname=dbname='${name.replaceAll(/['\\]/g, '\\$&')}'`;
  // Several jobs need a file: "not, for example, a pipe or standard input" (PostgreSQL 15, pg_restore, --jobs).
  const { file } = dump;
  const from = file === undefined ? [] : [`--jobs=${jobs}`, file];
  const feed = file === undefined ? () => dump.read(stop) : undefined;
  const args = ['--exit-on-error', '--no-owner', '--no-password', into, ...from];
  {
    await using _watch = watch(async () => onBytes(await queries.readSize(connection, name)));
    await runTool({ tool, args, source, stop, feed, read: text });
  }
  // A dump has no statistics, and without them the first queries of the shop would be slow.
  steps.step('Gathering statistics');
  const database = await server.database(name);
  await database.connect(queries.analyze);
}

async function makeRoles(connection: Connection, roles: readonly string[]): Promise<void> {
  for (const role of await queries.missingRoles(connection, roles)) {
    await queries.createRole(connection, role).catch((cause: unknown) => {
      throw new BackupError(
        `The role ${role} is missing and this role may not create it: run "create role ${role} ` +
          'nologin" as one that may.',
        { cause },
      );
    });
  }
}

async function compare(name: string, manifest: Manifest, work: RestoreWork): Promise<string[]> {
  const { server, jobs, steps, stop } = work;
  steps.step('Comparing with the manifest');
  const database = await server.database(name);
  const [tables, version] = await database.connect(async (connection) => [
    await contents.readTables(connection),
    (await historyExists(connection)) ? (await readHistory(connection)).at(-1)?.version : undefined,
  ]);
  const read = await readContents({ database, tables, snapshot: undefined, jobs, stop });
  const differences = compareContents(manifest, read);
  if (version === manifest.schemaVersion) return differences;
  return [
    `The schema is at version ${version ?? 0}, and the backup at ${manifest.schemaVersion}.`,
    ...differences,
  ];
}
