// Runs statements that cannot run in a transaction. A killed run may have left an invalid index, or a
// finished one that is not recorded: both are handled here.

import type { Connection } from '../database/connection.ts';
import type { Statement } from './files/statements.ts';
import * as indexes from './indexes.queries.ts';
import { parseRepeatable, type Repeatable } from './repeatable.ts';

/** Receives a message about what an interrupted run left behind. */
export type OnRemains = (sentence: string) => void;

export async function runRepeatable(
  connection: Connection,
  statement: Statement,
  onRemains: OnRemains,
): Promise<void> {
  const parsed = parseRepeatable(statement);
  if (parsed?.kind === 'create index') {
    await buildIndex(connection, statement, parsed, onRemains);
    return;
  }
  if (parsed?.kind === 'reindex') {
    for (const name of await indexes.findReindexRemains(connection, parsed.index)) {
      onRemains(`Dropping the index ${name}, which an interrupted run left behind.`);
      await indexes.dropIndex(connection, name);
    }
  }
  await connection.query(statement.text);
}

async function buildIndex(
  connection: Connection,
  { text }: Statement,
  wanted: Repeatable & { kind: 'create index' },
  onRemains: OnRemains,
): Promise<void> {
  const { index } = wanted;
  const valid = await indexes.isValidIndex(connection, index);
  if (valid === true && (await indexes.isSameIndex(connection, wanted))) {
    onRemains(`The index ${index} already exists with this definition.`);
    return;
  }
  if (valid === false) {
    onRemains(`Rebuilding the index ${index}, which an interrupted run left invalid.`);
    await indexes.dropIndex(connection, index);
  }
  try {
    await connection.query(text);
  } catch (error) {
    // An invalid index still slows down writes and, if unique, refuses some.
    await dropInvalid(connection, index).catch(() => {});
    throw error;
  }
}

async function dropInvalid(connection: Connection, index: string): Promise<void> {
  const valid = await indexes.isValidIndex(connection, index);
  if (valid === false) await indexes.dropIndex(connection, index);
}
