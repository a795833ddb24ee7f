import type { Connection } from '../database/connection.ts';
import {
  DEFAULT_DIRECTORY,
  type MigrationFile,
  readMigrations,
} from '../migrations/files/migration-files.ts';
import { readHistory } from '../migrations/history.queries.ts';
import { type AppliedMigration, withUnixChecksums } from '../migrations/plan.ts';
import { type DefinitionRow, readDefinitions } from './definitions.queries.ts';
import * as catalog from './pg-catalog.queries.ts';

/** A complete schema, read from a database or from schema.sql. */
export interface Schema {
  readonly definitions: readonly DefinitionRow[];
  readonly tables: readonly catalog.TableRow[];
  readonly columns: readonly catalog.ColumnRow[];
  readonly constraints: readonly catalog.ConstraintRow[];
  readonly indexes: readonly catalog.IndexRow[];
  readonly grants: readonly catalog.GrantRow[];
  readonly history: readonly HistoryEntry[];
}

export type HistoryEntry = Pick<AppliedMigration, 'version' | 'name' | 'checksum' | 'breaking'>;

/** Needs a repeatable read transaction with an empty search path. */
export async function readSchema(connection: Connection): Promise<Schema> {
  const tables = await catalog.readTables(connection);
  const hasHistory = tables.some(({ table }) => table === 'schema_version');
  return {
    definitions: await readDefinitions(connection),
    tables,
    columns: await catalog.readColumns(connection),
    constraints: await catalog.readConstraints(connection),
    indexes: await catalog.readIndexes(connection),
    grants: await catalog.readGrants(connection),
    history: hasHistory ? withUnixChecksums(await readHistory(connection), await ownFiles()) : [],
  };
}

/** Of this release. Without them, checksums are compared as they are. */
async function ownFiles(): Promise<readonly MigrationFile[]> {
  const read = await readMigrations(DEFAULT_DIRECTORY);
  return read.ok ? read.files : [];
}
