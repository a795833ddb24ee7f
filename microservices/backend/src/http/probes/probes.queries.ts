import { type Static, Type } from 'typebox';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, queryOne } from '../../db/statement.ts';

/** Before migration 2 the table had no column "breaking", which a row as JSON does not mind. */
const databaseStateStatement = defineStatement({
  name: 'read-database-state',
  text: `select coalesce(max(version), 0)::integer as version,
                coalesce(
                  max(version) filter (where (to_jsonb(schema_version) ->> 'breaking')::boolean), 0
                )::integer as breaking_version,
                current_setting('transaction_read_only')::boolean as is_read_only,
                current_setting('server_encoding') as encoding
         from schema_version`,
  row: Type.Object({
    version: Type.Integer(),
    breaking_version: Type.Integer(),
    is_read_only: Type.Boolean(),
    encoding: Type.String(),
  }),
});

const fractionalPriceStatement = defineStatement({
  name: 'find-fractional-price',
  text: `select exists (select from products where price <> trunc(price)) as has_fractions`,
  row: Type.Object({ has_fractions: Type.Boolean() }),
});

export const statements = [databaseStateStatement, fractionalPriceStatement];

/** Whether the catalog has a price that a currency without decimals cannot have. Reads the whole table. */
export async function hasFractionalPrices(connection: Connection): Promise<boolean> {
  return (await queryOne(connection, fractionalPriceStatement, [])).has_fractions;
}

export type DatabaseState = Static<typeof databaseStateStatement.row>;

/**
 * The newest migration that the database has, and the newest that breaks releases which do not know it; 0 is
 * none. Whether it takes no changes, as a standby or a demoted primary, and how it stores text. Asking also shows
 * that it answers.
 */
export const readDatabaseState = (connection: Connection): Promise<DatabaseState> =>
  queryOne(connection, databaseStateStatement, []);
