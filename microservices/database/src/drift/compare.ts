// Compares what schema.sql describes with what a database has. It needs no database.

import type { ColumnRow } from '../schema/pg-catalog.queries.ts';
import type { Schema } from '../schema/schema.ts';
import { extraObjects, type LiveExtras, ownerObjects } from './live-objects.ts';
import {
  granteesOf,
  objectsOf,
  partOf,
  type SchemaObject,
  type SchemaObjects,
  toMap,
} from './schema-objects.ts';

export interface Difference {
  readonly object: string;
  readonly state: 'missing' | 'extra' | 'changed';
  /** What schema.sql says; null if it has no such object. */
  readonly expected: string | null;
  readonly actual: string | null;
}

/** One moment of a database. */
export interface LiveSchema extends LiveExtras {
  readonly schema: Schema;
  /** Those of the roles in schema.sql that exist. */
  readonly roles: readonly string[];
}

export function compareSchemas(expected: Schema, live: LiveSchema): Difference[] {
  const tables = new Set(live.schema.tables.map(({ table }) => table));
  const isEmpty =
    expected.tables.length > 0 && !expected.tables.some(({ table }) => tables.has(table));
  if (isEmpty) return [EMPTY];
  const owners = ownerObjects(live.owners);
  const order = columnOrders(expected, live.schema);
  const want = [
    ...objectsOf(expected, granteesOf(expected)),
    ...owners.expected,
    ...order.expected,
  ];
  const have = [
    ...objectsOf(live.schema, live.roles),
    ...extraObjects(live),
    ...owners.actual,
    ...order.actual,
  ];
  return compareObjects(toMap(want), toMap(have));
}

/** An empty database is one difference, not one for each table: it needs the migrations. */
const EMPTY: Difference = {
  object: 'database',
  state: 'missing',
  expected: 'the tables of schema.sql',
  actual: null,
};

function compareObjects(want: SchemaObjects, have: SchemaObjects): Difference[] {
  const missing = [...want.values()].filter(({ name }) => !have.has(name));
  const extra = [...have.values()].filter(({ name }) => !want.has(name));
  const whole = new Set([...missing, ...extra].map(({ name }) => name));
  const isReported = ({ within }: SchemaObject) => !within.some((name) => whole.has(name));
  return [
    ...[...want.values()].filter(isReported).flatMap((object) => {
      const live = have.get(object.name);
      if (live?.definition === object.definition) return [];
      const state = live === undefined ? 'missing' : 'changed';
      return [toDifference(object.name, state, object.definition, live?.definition ?? null)];
    }),
    ...extra
      .filter(isReported)
      .map(({ name, definition }) => toDifference(name, 'extra', null, definition)),
  ];
}

function toDifference(
  object: string,
  state: Difference['state'],
  expected: string | null,
  actual: string | null,
): Difference {
  return { object, state, expected, actual };
}

/** Of the columns that both have: a missing or an extra one is a difference of its own. */
function columnOrders(expected: Schema, live: Schema) {
  const orders = expected.tables.map(({ table }) => {
    const [want, have] = [expected, live].map(({ columns }) => namesOf(columns, table));
    return {
      expected: orderObject(table, want ?? [], have ?? []),
      actual: orderObject(table, have ?? [], want ?? []),
    };
  });
  return {
    expected: orders.map((order) => order.expected),
    actual: orders.map((order) => order.actual),
  };
}

function namesOf(columns: readonly ColumnRow[], table: string): string[] {
  return columns.filter((row) => row.table === table).map(({ column }) => column);
}

function orderObject(
  table: string,
  names: readonly string[],
  others: readonly string[],
): SchemaObject {
  const shared = names.filter((name) => others.includes(name));
  return partOf(table, 'column order', shared.join(', '));
}
