import { type Connection, inTransaction } from '../database/connection.ts';
import { writeFullNames } from '../schema/pg-catalog.queries.ts';
import { readSchema, type Schema } from '../schema/schema.ts';
import { readUnsupported } from '../schema/unsupported.queries.ts';
import { compareSchemas, type Difference, type LiveSchema } from './compare.ts';
import * as queries from './drift.queries.ts';
import { granteesOf } from './schema-objects.ts';

/** Compares one moment of the live schema with the expected one. Changes nothing. */
export async function checkDrift(connection: Connection, expected: Schema): Promise<Difference[]> {
  const read = async (): Promise<LiveSchema> => {
    await writeFullNames(connection);
    return {
      schema: await readSchema(connection),
      roles: await queries.readRoles(connection, granteesOf(expected)),
      unsupported: await readUnsupported(connection),
      owners: await queries.readOwners(connection),
      comments: await queries.readComments(connection),
      identityOptions: await queries.readIdentityOptions(connection),
      otherSchemas: await queries.readOtherSchemas(connection),
      uncheckedNotNulls: await queries.readUncheckedNotNulls(connection),
    };
  };
  const begin = 'begin isolation level repeatable read read only';
  return compareSchemas(expected, await inTransaction(connection, read, { begin }));
}
