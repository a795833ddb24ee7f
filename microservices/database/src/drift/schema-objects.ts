// Converts a schema into a list of named definitions, so that two schemas can be compared.

import type { DefinitionRow } from '../schema/definitions.queries.ts';
import { readDefinition } from '../schema/definitions.ts';
import type { GrantRow, TableRow } from '../schema/pg-catalog.queries.ts';
import { renderColumn, renderGrant } from '../schema/render.ts';
import type { HistoryEntry, Schema } from '../schema/schema.ts';

export interface SchemaObject {
  /** Unique: `table carts`, `table carts, column version`. */
  readonly name: string;
  readonly definition: string;
  /** Names of objects that contain this one: if one of them is missing or extra, only that is reported. */
  readonly within: readonly string[];
}

/** By name. */
export type SchemaObjects = ReadonlyMap<string, SchemaObject>;

export function toMap(objects: readonly SchemaObject[]): SchemaObjects {
  return new Map(objects.map((object) => [object.name, object]));
}

export const tableName = (table: string): string => `table ${table}`;

const roleName = (role: string): string => `role ${role}`;

export function partOf(table: string, part: string, definition: string): SchemaObject {
  const within = [tableName(table)];
  return { name: `${tableName(table)}, ${part}`, definition, within };
}

/** The roles that the grants of a schema name, without "public". */
export function granteesOf({ grants }: Schema): string[] {
  const roles = new Set(grants.map(({ grantee }) => grantee));
  roles.delete('public');
  return [...roles].sort();
}

export function objectsOf(schema: Schema, roles: readonly string[]): SchemaObject[] {
  return [
    ...roles.map((role) => ({ name: roleName(role), definition: `role ${role}`, within: [] })),
    ...schema.tables.flatMap((table) => [tableObject(table), ...partsOf(table.table, schema)]),
    ...schema.definitions.map(definitionObject),
    ...schema.history.map(migrationObject),
  ];
}

function tableObject({ table, unlogged, options }: TableRow): SchemaObject {
  const kind = unlogged ? 'unlogged table' : 'table';
  const definition = options === null ? kind : `${kind} with (${options})`;
  return { name: tableName(table), definition, within: [] };
}

function partsOf(table: string, schema: Schema): SchemaObject[] {
  const isHere = (row: { readonly table: string }) => row.table === table;
  return [
    ...schema.columns
      .filter(isHere)
      .map((row) => partOf(table, `column ${row.column}`, renderColumn(row))),
    ...schema.constraints
      .filter(isHere)
      .map((row) => partOf(table, `constraint ${row.constraint}`, row.definition)),
    ...schema.indexes
      .filter(isHere)
      .map(({ index, definition, valid }) =>
        partOf(table, `index ${index}`, valid ? definition : `INVALID ${definition}`),
      ),
    ...schema.grants.filter(isHere).map(grantObject),
  ];
}

function grantObject(grant: GrantRow): SchemaObject {
  const column = grant.column === null ? '' : ` on column ${grant.column}`;
  const option = grant.grantable ? ' with grant option' : '';
  const part = partOf(
    grant.table,
    `grant to ${grant.grantee}${column}${option}`,
    renderGrant(grant),
  );
  return { ...part, within: [...part.within, roleName(grant.grantee)] };
}

function definitionObject({ definition, enabled }: DefinitionRow): SchemaObject {
  const { name, table } = readDefinition(definition) ?? { name: definition };
  return {
    name,
    definition: enabled ? definition : `DISABLED ${definition}`,
    within: table === undefined ? [] : [tableName(table)],
  };
}

const migrationName = (version: number): string => `migration ${version}`;

function migrationObject({ version, name, checksum, breaking }: HistoryEntry): SchemaObject {
  const definition = `${name}, checksum ${checksum}${breaking ? ', breaking' : ''}`;
  return { name: migrationName(version), definition, within: [tableName('schema_version')] };
}
