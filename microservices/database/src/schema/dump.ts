import { type Connection, inTransaction } from '../database/connection.ts';
import { historyExists, readHistory } from '../migrations/history.queries.ts';
import * as catalogue from './catalogue.queries.ts';
import { renderSchema } from './render.ts';

export type DumpResult =
  | { readonly ok: true; readonly sql: string }
  | { readonly ok: false; readonly unsupported: readonly string[] };

/** One moment of the live schema as SQL. pg_dump is not on every machine, and changes its words. */
export function dumpSchema(connection: Connection): Promise<DumpResult> {
  const read = async (): Promise<DumpResult> => {
    await catalogue.writeFullNames(connection);
    const unsupported = await catalogue.readUnsupported(connection);
    if (unsupported.length > 0) return { ok: false, unsupported };
    const sql = renderSchema({
      tables: await catalogue.readTables(connection),
      columns: await catalogue.readColumns(connection),
      constraints: await catalogue.readConstraints(connection),
      indexes: await catalogue.readIndexes(connection),
      grants: await catalogue.readGrants(connection),
      history: (await historyExists(connection)) ? await readHistory(connection) : [],
    });
    return { ok: true, sql };
  };
  return inTransaction(connection, read, 'begin isolation level repeatable read read only');
}
