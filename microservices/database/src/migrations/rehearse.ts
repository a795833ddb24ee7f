// A dry run: applies all pending migrations in one transaction and rolls it back.

import type { Connection } from '../database/connection.ts';
import { explainFailure, runInTransaction } from './apply.ts';
import type { MigrationFailure } from './failure.ts';
import type { MigrationFile } from './files/migration-files.ts';
import * as history from './history.queries.ts';

/** A file marked "concurrently" cannot be rolled back, so it is not tried. */
export const isTried = ({ marks }: MigrationFile): boolean => !marks.includes('concurrently');

/** One transaction for all files, because later files build on earlier ones. */
export async function rehearse(
  connection: Connection,
  pending: readonly MigrationFile[],
  timeouts: history.Timeouts,
): Promise<MigrationFailure | undefined> {
  await connection.query('begin');
  try {
    // The first migration expects the history to exist.
    if (!(await history.historyExists(connection))) await history.createHistory(connection);
    for (const migration of pending.filter(isTried)) {
      const failure = await explainFailure(migration, async (run) => {
        await runInTransaction(connection, timeouts, run);
        // A commit checks deferred constraints.
        await connection.query('set constraints all immediate');
      });
      if (failure !== undefined) return failure;
    }
    return undefined;
  } finally {
    await connection.query('rollback');
  }
}
