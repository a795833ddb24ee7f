import { type Connection, inTransaction } from '../database/connection.ts';
import { writeFullNames } from './pg-catalog.queries.ts';
import { renderSchema } from './render.ts';
import { readSchema } from './schema.ts';
import { readUnsupported } from './unsupported.queries.ts';

export type DumpResult =
  | { readonly ok: true; readonly sql: string }
  | { readonly ok: false; readonly unsupported: readonly string[] };

/** A snapshot of the live schema as SQL. pg_dump is not always installed, and its output changes between versions. */
export function dumpSchema(connection: Connection): Promise<DumpResult> {
  const read = async (): Promise<DumpResult> => {
    await writeFullNames(connection);
    const unsupported = await readUnsupported(connection);
    if (unsupported.length > 0) {
      const things = new Set(unsupported.map(({ thing }) => thing));
      return { ok: false, unsupported: [...things].sort() };
    }
    return { ok: true, sql: renderSchema(await readSchema(connection)) };
  };
  return inTransaction(connection, read, {
    begin: 'begin isolation level repeatable read read only',
  });
}
