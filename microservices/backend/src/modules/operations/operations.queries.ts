import { Type } from 'typebox';
import { type Connection, defineStatement, queryOne } from '../../db/statement.ts';

const schemaVersionStatement = defineStatement({
  name: 'read-schema-version',
  text: 'select coalesce(max(version), 0)::integer as version from schema_version',
  row: Type.Object({ version: Type.Integer() }),
});

export const statements = [schemaVersionStatement];

/** The newest migration that the database has; asking also shows that it answers. */
export async function readSchemaVersion(connection: Connection): Promise<number> {
  const { version } = await queryOne(connection, schemaVersionStatement, []);
  return version;
}
