// Applies one migration: in one transaction, or statement by statement if it is marked "concurrently".

import { DatabaseError } from 'pg';
import { type Connection, inTransaction } from '../database/connection.ts';
import { type OnRemains, runRepeatable } from './concurrent.ts';
import { describeFailure, type MigrationFailure } from './failure.ts';
import type { MigrationFile } from './files/migration-files.ts';
import { type Statement, splitStatements } from './files/statements.ts';
import * as history from './history.queries.ts';

export interface ApplyOptions extends history.Timeouts {
  readonly onRemains: OnRemains;
}

/** Records the migration in the history when all of it is done. */
export function applyMigration(
  connection: Connection,
  migration: MigrationFile,
  options: ApplyOptions,
): Promise<MigrationFailure | undefined> {
  const started = performance.now();
  const record = () =>
    history.recordMigration(connection, migration, Math.round(performance.now() - started));
  if (!migration.marks.includes('concurrently')) {
    return explainFailure(migration, (run) =>
      inTransaction(connection, async () => {
        await runInTransaction(connection, options, run);
        await record();
      }),
    );
  }
  return explainFailure(migration, async (run) => {
    await history.prepareStatements(connection, options);
    await run((statement) => runRepeatable(connection, statement, options.onRemains));
    await inTransaction(connection, async () => {
      await history.prepareTransaction(connection, options);
      await record();
    });
  });
}

/** Needs an open transaction. */
export async function runInTransaction(
  connection: Connection,
  timeouts: history.Timeouts,
  run: RunStatements,
): Promise<void> {
  await history.prepareTransaction(connection, timeouts);
  await run(async ({ text }) => {
    await connection.query(text);
  });
}

export type RunStatements = (one: (statement: Statement) => Promise<void>) => Promise<void>;

/**
 * Returns an error of the server as a failure at a line of the file; throws other errors.
 *
 * @param work receives a function that runs the file's statements one by one
 */
export async function explainFailure(
  migration: MigrationFile,
  work: (run: RunStatements) => Promise<void>,
): Promise<MigrationFailure | undefined> {
  let current: Statement = { text: '', offset: 0 };
  try {
    await work(async (one) => {
      for (current of splitStatements(migration.sql)) await one(current);
    });
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseError) return describeFailure(migration, current, error);
    throw error;
  }
}
