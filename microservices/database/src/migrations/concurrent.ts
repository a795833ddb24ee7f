// Runs the statements that can not be in a transaction. A run that was killed may have left an index
// that is not valid, or one that is done and not recorded: both are found and dealt with here.

import type { Connection } from '../database/connection.ts';
import type { Statement } from './files/statements.ts';
import * as indexes from './indexes.queries.ts';
import { parseRepeatable, type Repeatable } from './repeatable.ts';

/** Told of what an interrupted run has left behind. */
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
      onRemains(`The index ${name} was left behind by an interrupted run: it is dropped.`);
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
    onRemains(`The index ${index} is there already, as it should be.`);
    return;
  }
  if (valid === false) {
    onRemains(`The index ${index} is not valid, as an interrupted run leaves it: built again.`);
    await indexes.dropIndex(connection, index);
  }
  try {
    await connection.query(text);
  } catch (error) {
    // Not valid, it would still cost every write and, if unique, refuse some.
    await dropInvalid(connection, index).catch(() => {});
    throw error;
  }
}

async function dropInvalid(connection: Connection, index: string): Promise<void> {
  const valid = await indexes.isValidIndex(connection, index);
  if (valid === false) await indexes.dropIndex(connection, index);
}
