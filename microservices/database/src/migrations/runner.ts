// Migrates a database to the newest version.
//
// Terminology
//   migration   a numbered SQL file. Once applied anywhere it is never edited.
//   mark        an option in its first line that says how to run it: see marks.ts.
//   history     the table schema_version: one row for each applied migration.
//   runner      this program. Several can start at once; an advisory lock lets one work at a time.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../database/connection.ts';
import { type ApplyOptions, applyMigration } from './apply.ts';
import type { MigrationFailure } from './failure.ts';
import type { MigrationFile } from './files/migration-files.ts';
import * as history from './history.queries.ts';
import { tryLock, unlock } from './lock.queries.ts';
import { planMigrations } from './plan.ts';
import { rehearse } from './rehearse.ts';
import { type Retry, withRetries } from './retries.ts';

export interface RunnerOptions extends ApplyOptions {
  readonly lockRetries: number;
  /** Called once if another runner holds the lock. */
  readonly onWait: () => void;
  readonly onRetry: (retry: Retry) => void;
  readonly onApplied: (migration: MigrationFile, durationMs: number) => void;
}

export type MigrateResult =
  | {
      readonly outcome: 'done';
      readonly version: number;
      readonly applied: readonly MigrationFile[];
    }
  | Unfinished;

export type RehearseResult =
  | {
      readonly outcome: 'rehearsed';
      readonly version: number;
      readonly pending: readonly MigrationFile[];
    }
  | Unfinished;

type Unfinished =
  | { readonly outcome: 'refused'; readonly problems: readonly string[] }
  | { readonly outcome: 'failed'; readonly failure: MigrationFailure };

const LOCK_POLL_MS = 200;

export function migrate(
  connection: Connection,
  files: readonly MigrationFile[],
  options: RunnerOptions,
): Promise<MigrateResult> {
  return underLock(connection, options, async () => {
    const problem = encodingProblem(await history.readEncoding(connection));
    if (problem !== undefined) return { outcome: 'refused', problems: [problem] };
    if (!(await history.historyExists(connection))) await history.createHistory(connection);
    const plan = planMigrations(files, await history.readHistory(connection));
    if (!plan.ok) return { outcome: 'refused', problems: plan.problems };
    for (const migration of plan.pending) {
      const started = performance.now();
      const apply = (number: number) =>
        applyMigration(connection, migration, optionsOfAttempt(options, number));
      const failure = await withRetries(options.lockRetries, apply, options.onRetry);
      if (failure !== undefined) return { outcome: 'failed', failure };
      options.onApplied(migration, Math.round(performance.now() - started));
    }
    return { outcome: 'done', version: files.at(-1)?.version ?? 0, applied: plan.pending };
  });
}

/** Changes nothing. Takes the locks that `migrate` would take, and holds all of them until it ends. */
export function dryRun(
  connection: Connection,
  files: readonly MigrationFile[],
  options: RunnerOptions,
): Promise<RehearseResult> {
  return underLock(connection, options, async () => {
    const problem = encodingProblem(await history.readEncoding(connection));
    if (problem !== undefined) return { outcome: 'refused', problems: [problem] };
    const exists = await history.historyExists(connection);
    const applied = exists ? await history.readHistory(connection) : [];
    const plan = planMigrations(files, applied);
    if (!plan.ok) return { outcome: 'refused', problems: plan.problems };
    const { pending } = plan;
    const attempt = (number: number) =>
      rehearse(connection, pending, optionsOfAttempt(options, number));
    const failure = await withRetries(options.lockRetries, attempt, options.onRetry);
    if (failure !== undefined) return { outcome: 'failed', failure };
    return { outcome: 'rehearsed', version: applied.at(-1)?.version ?? 0, pending };
  });
}

/** Any other encoding refuses names such as Łódź, or does not know what a character is. */
const encodingProblem = (encoding: string): string | undefined =>
  encoding === 'UTF8'
    ? undefined
    : `The database stores text as ${encoding}, which cannot hold every name. The encoding of a database cannot be ` +
      "changed: create another one (create database … template template0 encoding 'UTF8') and migrate that.";

/**
 * The first attempts use half the lock timeout, which is less than a shopper's request waits for a
 * connection. Only the last two wait longer than an autovacuum, which yields after 1 s; meanwhile requests
 * may be refused.
 */
const optionsOfAttempt = (options: RunnerOptions, number: number): RunnerOptions =>
  number >= options.lockRetries
    ? options
    : { ...options, lockTimeoutMs: Math.round(options.lockTimeoutMs / 2) };

async function underLock<T>(
  connection: Connection,
  { onWait }: RunnerOptions,
  work: () => Promise<T>,
): Promise<T> {
  await history.prepareSession(connection);
  await waitForLock(connection, onWait);
  try {
    return await work();
  } finally {
    await unlock(connection).catch(() => {});
  }
}

async function waitForLock(connection: Connection, onWait: () => void): Promise<void> {
  if (await tryLock(connection)) return;
  onWait();
  do await sleep(LOCK_POLL_MS);
  while (!(await tryLock(connection)));
}
