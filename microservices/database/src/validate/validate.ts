import { type Connection, inTransaction } from '../database/connection.ts';
import { writeFullNames } from '../schema/pg-catalog.queries.ts';
import { readSchema, type Schema } from '../schema/schema.ts';
import { readUnsupported } from '../schema/unsupported.queries.ts';
import { compareSchemas, type Live } from './compare.ts';
import { granteesOf } from './items.ts';
import type { Difference } from './steps.ts';
import * as queries from './validate.queries.ts';

/** Looks at one moment of the database, and changes nothing. */
export async function validate(connection: Connection, wanted: Schema): Promise<Difference[]> {
  const read = async (): Promise<Live> => {
    await writeFullNames(connection);
    return {
      schema: await readSchema(connection),
      unsupported: await readUnsupported(connection),
      roles: await queries.readRoles(connection, granteesOf(wanted)),
      casts: await queries.readCasts(connection),
      uncheckedNotNulls: await queries.readUncheckedNotNulls(connection),
    };
  };
  const begin = 'begin isolation level repeatable read read only';
  return compareSchemas(wanted, await inTransaction(connection, read, { begin }));
}
