import { readDefinition } from './definitions.ts';
import type { ColumnRow, ConstraintRow, GrantRow, TableRow } from './pg-catalog.queries.ts';
import type { HistoryEntry, Schema } from './schema.ts';

/** A new database has one bucket. How many a shop has is data, so they are not compared. */
export const FIRST_BUCKET = 'insert into public.buckets (bucket) values (0)';

/** SQL that creates this schema in an empty database, in an order that depends only on names. */
export function renderSchema(schema: Schema): string {
  const later = schema.constraints.filter(isAddedLater);
  // A trigger needs its table; a column may need the others.
  const isLate = ({ definition }: { definition: string }) =>
    readDefinition(definition)?.kind === 'trigger';
  const sections = [
    ['-- The schema of the shop. Written by "carthub-db schema dump": change it with a migration.'],
    renderRoles(schema.grants),
    schema.definitions.filter((each) => !isLate(each)).map(renderDefinition),
    ...schema.tables.map((table) => [renderTable(table, schema)]),
    schema.indexes.map((index) => `${index.definition};`),
    later.map(renderConstraint),
    schema.definitions.filter(isLate).map(renderDefinition),
    schema.grants.map(renderGrant),
    schema.tables.some(({ table }) => table === 'buckets') ? [`${FIRST_BUCKET};`] : [],
    schema.history.map(renderVersion),
  ];
  const filled = sections.filter((statements) => statements.length > 0);
  return `${filled.map((statements) => statements.join('\n')).join('\n\n')}\n`;
}

/** Foreign keys need all tables to exist; NOT VALID is only possible in ALTER TABLE. */
function isAddedLater({ kind, validated }: ConstraintRow): boolean {
  return kind === 'f' || !validated;
}

/** Roles belong to the whole server, so another database may have created them. */
function renderRoles(grants: readonly GrantRow[]): string[] {
  const roles = new Set(grants.map((grant) => grant.grantee));
  roles.delete('public');
  return [...roles]
    .sort()
    .map((role) =>
      [
        'do $$',
        'begin',
        `  if to_regrole('${role.replaceAll("'", "''")}') is null then`,
        `    create role ${role} nologin;`,
        '  end if;',
        'exception',
        '  when duplicate_object or unique_violation then null;',
        'end',
        '$$;',
      ].join('\n'),
    );
}

function renderTable(table: TableRow, schema: Schema): string {
  const columns = schema.columns.filter((column) => column.table === table.table);
  const constraints = schema.constraints.filter(
    (constraint) => constraint.table === table.table && !isAddedLater(constraint),
  );
  const body = [
    ...columns.map(renderColumn),
    ...constraints.map(({ constraint, definition }) => `constraint ${constraint} ${definition}`),
  ];
  const kind = table.unlogged ? 'unlogged table' : 'table';
  const options = table.options === null ? '' : ` with (${table.options})`;
  return `create ${kind} public.${table.table} (\n  ${body.join(',\n  ')}\n)${options};`;
}

export function renderColumn(column: ColumnRow): string {
  const words = [column.column, renderType(column)];
  const value = renderValue(column);
  if (value !== '') words.push(value);
  if (column.not_null) words.push('not null');
  return words.join(' ');
}

function renderType({ type, collation }: ColumnRow): string {
  return collation === null ? type : `${type} collate ${collation}`;
}

/** Where the value comes from if a statement gives none. */
function renderValue({ expression, generated, identity }: ColumnRow): string {
  if (generated !== '') {
    return `generated always as (${expression}) ${generated === 's' ? 'stored' : 'virtual'}`;
  }
  if (identity !== '') return `generated ${identity === 'a' ? 'always' : 'by default'} as identity`;
  return expression === null ? '' : `default ${expression}`;
}

const renderDefinition = ({ definition }: { definition: string }): string => `${definition};`;

function renderConstraint({ table, constraint, definition }: ConstraintRow): string {
  return `alter table public.${table} add constraint ${constraint} ${definition};`;
}

export function renderGrant({ table, column, grantee, privileges, grantable }: GrantRow): string {
  const what = onColumn(privileges, column);
  return `grant ${what} on public.${table} to ${grantee}${grantable ? ' with grant option' : ''};`;
}

/** `select, update` of a column is `select (price), update (price)`. */
function onColumn(privileges: string, column: string | null): string {
  return column === null
    ? privileges
    : privileges.replaceAll(/[^,]+/g, (each) => `${each} (${column})`);
}

/** A database created from the dump continues with the next migration. */
function renderVersion({ version, name, checksum, breaking }: HistoryEntry): string {
  return (
    `insert into public.schema_version (version, name, checksum, duration_ms` +
    `${breaking ? ', breaking' : ''}) ` +
    `values (${version}, '${name}', '${checksum}', 0${breaking ? ', true' : ''});`
  );
}
