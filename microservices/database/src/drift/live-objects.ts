// Objects that schema.sql cannot describe. The expected schema has none of them, so each one found is a
// difference.

import type { UnsupportedRow } from '../schema/unsupported.queries.ts';
import type { CommentRow, IdentityRow, NotNullRow, OwnerRow } from './drift.queries.ts';
import { partOf, type SchemaObject, tableName } from './schema-objects.ts';

export interface LiveExtras {
  readonly unsupported: readonly UnsupportedRow[];
  readonly owners: readonly OwnerRow[];
  readonly comments: readonly CommentRow[];
  readonly identityOptions: readonly IdentityRow[];
  readonly otherSchemas: readonly string[];
  readonly uncheckedNotNulls: readonly NotNullRow[];
}

export function extraObjects(live: LiveExtras): SchemaObject[] {
  return [
    ...live.unsupported.map(unsupportedObject),
    ...live.comments.map(({ thing, comment }) => {
      const name = `comment on ${shorten(thing)}`;
      return { name, definition: comment, within: tablesIn(thing) };
    }),
    ...live.identityOptions.map(({ table, column, options }) =>
      partOf(table, `sequence of column ${column}`, options),
    ),
    ...live.uncheckedNotNulls.map(({ table, constraint }) =>
      partOf(table, `constraint ${constraint}`, 'NOT NULL NOT VALID'),
    ),
    ...live.otherSchemas.map((schema) => ({
      name: `schema ${schema}`,
      definition: `schema ${schema}`,
      within: [],
    })),
  ];
}

function unsupportedObject({ thing, kind, table, column }: UnsupportedRow): SchemaObject {
  if (kind === 'row security' && table !== null) return partOf(table, kind, 'enabled');
  const name = shorten(thing);
  const owners = table === null ? [] : [tableName(table)];
  const columns =
    table === null || column === null ? [] : [`${tableName(table)}, column ${column}`];
  // What is a property of a table is not inside another one of the same name.
  const within = [...owners, ...columns].filter((owner) => owner !== name);
  return { name, definition: name, within };
}

/** Everything here is in the schema "public". */
function shorten(thing: string): string {
  return thing.replaceAll(/\bpublic\./g, '');
}

function tablesIn(thing: string): string[] {
  const table = /\btable (.*)$/.exec(shorten(thing))?.[1];
  return table === undefined ? [] : [tableName(table)];
}

/** All tables have one owner: the role that owns most of them. */
export function ownerObjects(owners: readonly OwnerRow[]): {
  readonly expected: SchemaObject[];
  readonly actual: SchemaObject[];
} {
  const counts = new Map<string, number>();
  for (const { owner } of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  const [usual = ''] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return {
    expected: owners.map(({ table }) => partOf(table, 'owner', usual)),
    actual: owners.map(({ table, owner }) => partOf(table, 'owner', owner)),
  };
}
