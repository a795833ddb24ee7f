// Applies one migration: in a transaction, or in statements that each stand for themselves.

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

/** The history knows of it only when all of it is done. */
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

/** Within the transaction that there is. */
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
 * What the server refuses is a failure at a line of the file; a lost connection is thrown.
 *
 * @param work is given what runs the file's statements one after the other
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
