import { Type } from 'typebox';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, queryOne } from '../../db/statement.ts';

/** Before migration 2 the table had no column "breaking", which a row as JSON does not mind. */
const schemaVersionStatement = defineStatement({
  name: 'read-schema-version',
  text: `select coalesce(max(version), 0)::integer as version,
                coalesce(
                  max(version) filter (where (to_jsonb(schema_version) ->> 'breaking')::boolean), 0
                )::integer as breaking_version
         from schema_version`,
  row: Type.Object({ version: Type.Integer(), breaking_version: Type.Integer() }),
});

export const statements = [schemaVersionStatement];

/**
 * The newest migration that the database has, and the newest that breaks releases which do not know
 * it; 0 is none. Asking also shows that the database answers.
 */
export function readSchemaVersion(
  connection: Connection,
): Promise<{ version: number; breaking_version: number }> {
  return queryOne(connection, schemaVersionStatement, []);
}
