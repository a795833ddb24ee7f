import type { ColumnRow } from '../schema/pg-catalog.queries.ts';
import { renderColumn, renderType, renderValue } from '../schema/render.ts';
import { type Cast, isAssignable, keepsValues } from './casts.ts';
import { bareName, quoteString } from './definitions.ts';
import { alter } from './statements.ts';

export interface ColumnChange {
  readonly problem: string;
  readonly statements: readonly string[];
  readonly destroys: boolean;
  /** Its type changes: what is computed from it has to go, and comes again. */
  readonly retypes: boolean;
  /** Its default, or what else gives it values, changes. */
  readonly revalues: boolean;
  /** It goes, and comes again with what is computed for it; everything that needs it goes too. */
  readonly rebuilds: boolean;
  /** It stops to be computed, and keeps its values. */
  readonly settles: boolean;
}

/** For the moment in which PostgreSQL has to see that no value is null. */
const NOT_NULL = 'validate_not_null';

/** undefined: nothing to change. `sequences` belong to the column, and no default is left for them. */
export function changeColumn(
  wanted: ColumnRow,
  live: ColumnRow,
  casts: readonly Cast[],
  sequences: readonly string[],
): ColumnChange | undefined {
  const problem = describe(wanted, live);
  if (problem === '') return undefined;
  const retypes = renderType(wanted) !== renderType(live);
  const revalues = renderValue(wanted) !== renderValue(live);
  const rebuilds =
    (wanted.generated !== '' && (retypes || revalues)) ||
    (live.generated === 'v' && wanted.generated === '');
  const settles = live.generated === 's' && wanted.generated === '';
  const kind = { problem, retypes, revalues, rebuilds, settles };
  if (rebuilds) {
    const table = alter(wanted.table);
    const statement = `${table} drop column if exists ${wanted.column}, add column ${renderColumn(wanted)};`;
    const destroys = live.generated === '' || wanted.generated === '';
    return { ...kind, statements: [statement], destroys };
  }
  const destroys = retypes && !keepsValues(live, wanted, casts);
  const using = !retypes || isAssignable(live, wanted, casts) ? '' : usingCast(wanted);
  const statements = alterColumn(wanted, live, using, revalues ? sequences : []);
  return { ...kind, statements, destroys };
}

function describe(wanted: ColumnRow, live: ColumnRow): string {
  const parts: string[] = [];
  const differ = (render: (row: ColumnRow) => string) => render(wanted) !== render(live);
  if (differ(renderType)) parts.push(`is ${renderType(live)}, should be ${renderType(wanted)}`);
  if (differ(renderValue)) {
    const [is, should] = [live, wanted].map((row) => renderValue(row) || 'no default');
    parts.push(`has ${is}, should have ${should}`);
  }
  if (wanted.not_null !== live.not_null) {
    parts.push(wanted.not_null ? 'allows null, should not' : 'is not null, should allow null');
  }
  return parts.join('; ');
}

function usingCast({ column, type }: ColumnRow): string {
  return ` using ${column}::${type}`;
}

function alterColumn(
  wanted: ColumnRow,
  live: ColumnRow,
  using: string,
  sequences: readonly string[],
): string[] {
  const { table, column } = wanted;
  const retypes = renderType(wanted) !== renderType(live);
  const actions = columnActions(wanted, live, using).map(
    (action) => `alter column ${column} ${action}`,
  );
  const change = `${alter(table)} ${actions.join(', ')};`;
  const statements = [
    change,
    ...sequences.map((sequence) => `drop sequence if exists ${sequence};`),
  ];
  if (wanted.identity !== '' && live.identity === '') statements.push(continueNumbers(wanted));
  if (!wanted.not_null || live.not_null || retypes) return statements;
  return [
    `${alter(table)} add constraint ${NOT_NULL} check (${column} is not null) not valid;`,
    `${alter(table)} validate constraint ${NOT_NULL};`,
    ...statements,
    `${alter(table)} drop constraint ${NOT_NULL};`,
  ];
}

/** In one statement, so that no row is written under half of them. */
function columnActions(wanted: ColumnRow, live: ColumnRow, using: string): string[] {
  const retypes = renderType(wanted) !== renderType(live);
  const revalues = renderValue(wanted) !== renderValue(live);
  const hasDefault = (row: ColumnRow) => row.generated === '' && row.expression !== null;
  const actions: string[] = [];
  if (live.generated === 's' && wanted.generated === '') actions.push('drop expression');
  if (live.identity !== '' && wanted.identity === '') actions.push('drop identity');
  if (hasDefault(live) && (retypes || (revalues && !hasDefault(wanted))))
    actions.push('drop default');
  if (live.not_null && !wanted.not_null) actions.push('drop not null');
  if (retypes) actions.push(`type ${renderType(wanted)}${using}`);
  if (!live.not_null && wanted.not_null) actions.push('set not null');
  if (hasDefault(wanted) && (retypes || revalues)) actions.push(`set default ${wanted.expression}`);
  if (wanted.identity !== '' && wanted.identity !== live.identity) {
    const when = `generated ${wanted.identity === 'a' ? 'always' : 'by default'}`;
    actions.push(live.identity === '' ? `add ${when} as identity` : `set ${when}`);
  }
  return actions;
}

/** A new identity begins at 1, where rows may be already. */
function continueNumbers({ table, column }: ColumnRow): string {
  const sequence = `pg_get_serial_sequence(${quoteString(`public.${table}`)}, ${quoteString(bareName(column))})`;
  return `select setval(${sequence}, greatest(max(${column}), 0) + 1, false) from public.${table};`;
}
