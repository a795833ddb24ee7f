// Brings a database to the newest version.
//
// Terminology
//   migration   a numbered SQL file. Once applied anywhere it is never edited.
//   history     the table schema_version: one row for each applied migration.
//   runner      this program. Several may start at once; the lock lets one work at a time.

import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { type Connection, inTransaction } from '../database/connection.ts';
import { describeFailure, type MigrationFailure } from './failure.ts';
import type { MigrationFile } from './files.ts';
import * as history from './history.queries.ts';
import { planMigrations } from './plan.ts';
import { type Statement, splitStatements } from './statements.ts';

export interface RunnerOptions {
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** Told once if another runner holds the lock. */
  readonly onWait: () => void;
  readonly onApplied: (migration: MigrationFile, durationMs: number) => void;
}

export type MigrateResult =
  | {
      readonly outcome: 'done';
      readonly version: number;
      readonly applied: readonly MigrationFile[];
    }
  | { readonly outcome: 'refused'; readonly problems: readonly string[] }
  | { readonly outcome: 'failed'; readonly failure: MigrationFailure };

const LOCK_POLL_MS = 200;

export async function migrate(
  connection: Connection,
  files: readonly MigrationFile[],
  options: RunnerOptions,
): Promise<MigrateResult> {
  await history.prepareSession(connection);
  await waitForLock(connection, options.onWait);
  try {
    if (!(await history.historyExists(connection))) await history.createHistory(connection);
    const plan = planMigrations(files, await history.readHistory(connection));
    if (!plan.ok) return { outcome: 'refused', problems: plan.problems };
    return await applyAll(connection, plan.pending, files.at(-1)?.version ?? 0, options);
  } finally {
    await history.unlock(connection).catch(() => {});
  }
}

async function waitForLock(connection: Connection, onWait: () => void): Promise<void> {
  if (await history.tryLock(connection)) return;
  onWait();
  do await sleep(LOCK_POLL_MS);
  while (!(await history.tryLock(connection)));
}

async function applyAll(
  connection: Connection,
  pending: readonly MigrationFile[],
  version: number,
  options: RunnerOptions,
): Promise<MigrateResult> {
  for (const migration of pending) {
    const started = performance.now();
    const failure = await apply(connection, migration, options, started);
    if (failure !== undefined) return { outcome: 'failed', failure };
    options.onApplied(migration, Math.round(performance.now() - started));
  }
  return { outcome: 'done', version, applied: pending };
}

/** What the server refuses is a failure at a line of the file; a lost connection is thrown. */
async function apply(
  connection: Connection,
  migration: MigrationFile,
  options: RunnerOptions,
  started: number,
): Promise<MigrationFailure | undefined> {
  let current: Statement = { text: '', offset: 0 };
  const work = async () => {
    await history.prepareTransaction(connection, options);
    for (current of splitStatements(migration.sql)) await connection.query(current.text);
    await history.recordMigration(connection, migration, Math.round(performance.now() - started));
  };
  try {
    await inTransaction(connection, work);
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseError) return describeFailure(migration, current, error);
    throw error;
  }
}
