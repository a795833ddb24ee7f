import type { AppliedMigration } from '../migrations/plan.ts';
import type {
  ColumnRow,
  ConstraintRow,
  GrantRow,
  IndexRow,
  TableRow,
} from './catalogue.queries.ts';

/** A schema, whole. Rendering it needs no database. */
export interface Schema {
  readonly tables: readonly TableRow[];
  readonly columns: readonly ColumnRow[];
  readonly constraints: readonly ConstraintRow[];
  readonly indexes: readonly IndexRow[];
  readonly grants: readonly GrantRow[];
  readonly history: readonly AppliedMigration[];
}

/** SQL that makes this schema in an empty database, in an order that depends on names alone. */
export function renderSchema(schema: Schema): string {
  const later = schema.constraints.filter(isAddedLater);
  const sections = [
    ['-- The schema of the shop. Written by "carthub-db schema dump": change it with a migration.'],
    renderRoles(schema.grants),
    ...schema.tables.map((table) => [renderTable(table, schema)]),
    schema.indexes.map((index) => `${index.definition};`),
    later.map(
      ({ table, constraint, definition }) =>
        `alter table public.${table} add constraint ${constraint} ${definition};`,
    ),
    schema.grants.map(renderGrant),
    schema.history.map(renderVersion),
  ];
  const filled = sections.filter((statements) => statements.length > 0);
  return `${filled.map((statements) => statements.join('\n')).join('\n\n')}\n`;
}

/** Tables refer to each other in any order; a constraint that is not validated stays so. */
function isAddedLater({ kind, validated }: ConstraintRow): boolean {
  return kind === 'f' || !validated;
}

/** Roles belong to the whole server: another database may have made them already. */
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

function renderColumn(column: ColumnRow): string {
  const words = [column.column, column.type];
  if (column.collation !== null) words.push(`collate ${column.collation}`);
  const { expression, generated, identity } = column;
  if (generated !== '') {
    words.push(`generated always as (${expression}) ${generated === 's' ? 'stored' : 'virtual'}`);
  } else if (identity !== '') {
    words.push(`generated ${identity === 'a' ? 'always' : 'by default'} as identity`);
  } else if (expression !== null) {
    words.push(`default ${expression}`);
  }
  if (column.not_null) words.push('not null');
  return words.join(' ');
}

function renderGrant({ table, column, grantee, privileges, grantable }: GrantRow): string {
  const what =
    column === null ? privileges : privileges.replaceAll(/[^,]+/g, (each) => `${each} (${column})`);
  return `grant ${what} on public.${table} to ${grantee}${grantable ? ' with grant option' : ''};`;
}

/** A database made from the dump goes on with the next migration. */
function renderVersion({ version, name, checksum, breaking }: AppliedMigration): string {
  return (
    `insert into public.schema_version (version, name, checksum, duration_ms` +
    `${breaking ? ', breaking' : ''}) ` +
    `values (${version}, '${name}', '${checksum}', 0${breaking ? ', true' : ''});`
  );
}
