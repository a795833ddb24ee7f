import type { Connection } from '../database/connection.ts';
import { readHistory } from '../migrations/history.queries.ts';
import type { AppliedMigration } from '../migrations/plan.ts';
import * as catalogue from './pg-catalog.queries.ts';

/** A schema, whole: as the catalogues of a database tell it, or as schema.sql does. */
export interface Schema {
  readonly tables: readonly catalogue.TableRow[];
  readonly columns: readonly catalogue.ColumnRow[];
  readonly constraints: readonly catalogue.ConstraintRow[];
  readonly indexes: readonly catalogue.IndexRow[];
  readonly grants: readonly catalogue.GrantRow[];
  readonly history: readonly HistoryEntry[];
}

export type HistoryEntry = Pick<AppliedMigration, 'version' | 'name' | 'checksum' | 'breaking'>;

/** In a transaction whose search path is empty, and which sees one moment. */
export async function readSchema(connection: Connection): Promise<Schema> {
  const tables = await catalogue.readTables(connection);
  const hasHistory = tables.some(({ table }) => table === 'schema_version');
  return {
    tables,
    columns: await catalogue.readColumns(connection),
    constraints: await catalogue.readConstraints(connection),
    indexes: await catalogue.readIndexes(connection),
    grants: await catalogue.readGrants(connection),
    history: hasHistory ? await readHistory(connection) : [],
  };
}
