// A dry run: what is pending, tried in one transaction that is rolled back.

import type { Connection } from '../database/connection.ts';
import { explainFailure, runInTransaction } from './apply.ts';
import type { MigrationFailure } from './failure.ts';
import type { MigrationFile } from './files/migration-files.ts';
import * as history from './history.queries.ts';

/** A file that is marked "concurrently" can not be undone, and so can not be tried. */
export const isTried = ({ marks }: MigrationFile): boolean => !marks.includes('concurrently');

/** The transaction is the same for all of them: later files build on earlier ones. */
export async function rehearse(
  connection: Connection,
  pending: readonly MigrationFile[],
  timeouts: history.Timeouts,
): Promise<MigrationFailure | undefined> {
  await connection.query('begin');
  try {
    // As the first migration finds it.
    if (!(await history.historyExists(connection))) await history.createHistory(connection);
    for (const migration of pending.filter(isTried)) {
      const failure = await explainFailure(migration, async (run) => {
        await runInTransaction(connection, timeouts, run);
        // What a commit would look at.
        await connection.query('set constraints all immediate');
      });
      if (failure !== undefined) return failure;
    }
    return undefined;
  } finally {
    await connection.query('rollback');
  }
}
