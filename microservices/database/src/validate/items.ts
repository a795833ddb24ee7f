// What a schema consists of, one item for each thing that can be missing or different.
//
// Terminology
//   item     a role, table, column, constraint, index or grant. Its key is the same in every database.
//   need     an item without which another one can not be there. Dropping it drops the other one.
//   wanted   as schema.sql tells it. live: as the database tells it.

import type {
  ColumnRow,
  ConstraintRow,
  GrantRow,
  IndexRow,
  TableRow,
} from '../schema/pg-catalog.queries.ts';
import type { Schema } from '../schema/schema.ts';
import { mentions, readForeignKey, readKeyColumns, sameColumns } from './definitions.ts';

interface Base {
  readonly key: string;
  readonly table: string;
  /** As a sentence about its table names it. */
  readonly label: string;
  readonly needs: readonly string[];
}

type RoleItem = Base & { readonly kind: 'role'; readonly role: string };
export type TableItem = Base & { readonly kind: 'table'; readonly row: TableRow };
export type ColumnItem = Base & { readonly kind: 'column'; readonly row: ColumnRow };
export type ConstraintItem = Base & { readonly kind: 'constraint'; readonly row: ConstraintRow };
export type IndexItem = Base & { readonly kind: 'index'; readonly row: IndexRow };
/** All that one role may do with one table or column: a row for each of grantable and not. */
export type GrantItem = Base & { readonly kind: 'grant'; readonly rows: readonly GrantRow[] };

export type Item = RoleItem | TableItem | ColumnItem | ConstraintItem | IndexItem | GrantItem;
export type Items = ReadonlyMap<string, Item>;

export const tableKey = (table: string) => `table ${table}`;
export const columnKey = (table: string, column: string) => `column ${table}.${column}`;
const roleKey = (role: string) => `role ${role}`;
const constraintKey = (row: ConstraintRow) => `constraint ${row.table}.${row.constraint}`;

/** `roles` are those of the grantees that exist. */
export function itemsOf(schema: Schema, roles: readonly string[]): Items {
  const items: Item[] = [
    ...roles.map(roleItem),
    ...schema.tables.map(tableItem),
    ...schema.columns.map((row) => columnItem(row, schema)),
    ...schema.constraints.map((row) => constraintItem(row, schema)),
    ...schema.indexes.map((row) => indexItem(row, schema)),
    ...grantItems(schema.grants),
  ];
  return new Map(items.map((item) => [item.key, item]));
}

export function granteesOf(schema: Schema): string[] {
  const names = new Set(schema.grants.map(({ grantee }) => grantee));
  names.delete('public');
  return [...names].sort();
}

function roleItem(role: string): RoleItem {
  return { kind: 'role', key: roleKey(role), table: '', label: `role ${role}`, needs: [], role };
}

function tableItem(row: TableRow): TableItem {
  const key = tableKey(row.table);
  return { kind: 'table', key, table: row.table, label: key, needs: [], row };
}

function columnItem(row: ColumnRow, schema: Schema): ColumnItem {
  const { table, column, generated, expression } = row;
  const sources = generated === '' ? [] : columnsIn(expression ?? '', table, schema);
  const needs = [tableKey(table), ...sources];
  return {
    kind: 'column',
    key: columnKey(table, column),
    table,
    label: `column ${column}`,
    needs,
    row,
  };
}

function constraintItem(row: ConstraintRow, schema: Schema): ConstraintItem {
  const { table, constraint, definition } = row;
  const reference = readForeignKey(definition);
  const needs =
    reference === undefined
      ? columnsIn(definition, table, schema)
      : [
          ...reference.columns.map((column) => columnKey(table, column)),
          tableKey(reference.table),
          ...reference.targets.map((column) => columnKey(reference.table, column)),
          ...keysOn(reference.table, reference.targets, schema).map(constraintKey).slice(0, 1),
        ];
  return {
    kind: 'constraint',
    key: constraintKey(row),
    table,
    label: `constraint ${constraint}`,
    needs: [tableKey(table), ...needs],
    row,
  };
}

function indexItem(row: IndexRow, schema: Schema): IndexItem {
  const { table, index, definition } = row;
  const [, columns = ''] = / USING (.*)$/s.exec(definition) ?? [];
  return {
    kind: 'index',
    key: `index ${index}`,
    table,
    label: `index ${index}`,
    needs: [tableKey(table), ...columnsIn(columns, table, schema)],
    row,
  };
}

function grantItems(grants: readonly GrantRow[]): GrantItem[] {
  const keyOf = ({ table, column, grantee }: GrantRow) =>
    `grant ${table}${column === null ? '' : `.${column}`} ${grantee}`;
  const items = new Map<string, GrantItem>();
  for (const row of grants) {
    const { table, column, grantee } = row;
    const key = keyOf(row);
    const needs = [tableKey(table), roleKey(grantee)];
    if (column !== null) needs.push(columnKey(table, column));
    const rows = [...(items.get(key)?.rows ?? []), row];
    items.set(key, { kind: 'grant', key, table, label: `grants to ${grantee}`, needs, rows });
  }
  return [...items.values()];
}

function columnsIn(text: string, table: string, schema: Schema): string[] {
  const words = mentions(text);
  return schema.columns
    .filter((row) => row.table === table && words.has(row.column))
    .map(({ column }) => columnKey(table, column));
}

/** The primary key and the unique constraints over exactly these columns. */
function keysOn(table: string, columns: readonly string[], schema: Schema): ConstraintRow[] {
  return schema.constraints.filter((row) => {
    const key = row.table === table ? readKeyColumns(row) : undefined;
    return key !== undefined && sameColumns(key, columns);
  });
}
