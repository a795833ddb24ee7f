// The SQL that makes an item or takes it away. What would block the shop for as long as it works is
// done in steps that do not, where PostgreSQL has such steps.

import type { ConstraintRow, GrantRow } from '../schema/pg-catalog.queries.ts';
import {
  onColumn,
  renderColumn,
  renderConstraint,
  renderGrant,
  renderTable,
  renderVersion,
} from '../schema/render.ts';
import type { Schema } from '../schema/schema.ts';
import { readKeyIndex, temporaryName, withoutValidity } from './definitions.ts';
import type { ColumnItem, ConstraintItem, IndexItem, Item } from './items.ts';

/** `isFresh`: its table was made just now, so that nobody waits for it. */
export function create(item: Item, wanted: Schema, isFresh = false): string[] {
  switch (item.kind) {
    case 'role':
      return [`create role ${item.role} nologin;`];
    case 'table':
      return [
        renderTable(item.row, wanted, 'one line'),
        ...(item.table === 'schema_version' ? wanted.history.map(renderVersion) : []),
      ];
    case 'column':
      return [`${alter(item.table)} add column ${renderColumn(item.row)};`];
    case 'constraint':
      return isFresh ? [renderConstraint(item.row)] : addConstraint(item.row);
    case 'index':
      return [isFresh ? `${item.row.definition};` : createIndex(item.row.definition)];
    case 'grant':
      return item.rows.map(renderGrant);
  }
}

export function drop(item: Item): string[] {
  switch (item.kind) {
    case 'role':
      return [];
    case 'table':
      return [`drop table public.${item.table};`];
    case 'column':
      return [dropColumn(item)];
    case 'constraint':
      return [dropConstraint(item)];
    case 'index':
      return [dropIndex(item)];
    case 'grant':
      return item.rows.map((row) => revoke(row));
  }
}

export function alter(table: string): string {
  return `alter table public.${table}`;
}

function dropColumn({ table, row }: ColumnItem): string {
  return `${alter(table)} drop column if exists ${row.column};`;
}

/** Another line of the report may have dropped it, and its table, before. */
function dropConstraint({ table, row }: ConstraintItem): string {
  return `alter table if exists public.${table} drop constraint if exists ${row.constraint};`;
}

function dropIndex({ row }: IndexItem): string {
  return `drop index concurrently if exists public.${row.index};`;
}

export function createIndex(definition: string): string {
  return `${definition.replace(' INDEX ', ' INDEX CONCURRENTLY ')};`;
}

/** Who was allowed to grant may have granted. */
export function revoke(row: GrantRow, what: '' | 'grant option for ' = ''): string {
  const { table, column, grantee, privileges, grantable } = row;
  const from = `on public.${table} from ${grantee}${grantable ? ' cascade' : ''}`;
  return `revoke ${what}${onColumn(privileges, column)} ${from};`;
}

/** In place of the one that has its name, without a moment between them, if `isReplacing`. */
export function addConstraint(row: ConstraintRow, isReplacing = false): string[] {
  const { table, constraint, kind, validated, definition } = row;
  const index = kind === 'p' || kind === 'u' ? readKeyIndex(row) : undefined;
  const away = isReplacing ? ` drop constraint if exists ${constraint},` : '';
  const add = `${alter(table)}${away} add constraint ${constraint}`;
  if (index !== undefined) {
    const name = isReplacing ? temporaryName(constraint) : constraint;
    const word = kind === 'p' ? 'primary key' : 'unique';
    return [
      `create unique index concurrently ${name} on public.${table} using btree ${index.columns};`,
      `${add} ${word} using index ${name}${index.timing};`,
    ];
  }
  if ((kind !== 'c' && kind !== 'f') || !validated) return [`${add} ${definition};`];
  return [
    `${add} ${withoutValidity(definition)} not valid;`,
    `${alter(table)} validate constraint ${constraint};`,
  ];
}
