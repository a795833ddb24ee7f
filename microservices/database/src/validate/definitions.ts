// What the definitions of constraints and indexes tell, as PostgreSQL writes them.

import type { ConstraintRow } from '../schema/pg-catalog.queries.ts';

const NAME = String.raw`(?:"(?:""|[^"])+"|[^\s"'().,;]+)`;
const NAMES = String.raw`\(((?:${NAME}(?:, )?)+)\)`;
const FOREIGN_KEY = new RegExp(
  String.raw`^FOREIGN KEY ${NAMES} REFERENCES (?:public\.)?(${NAME})${NAMES}`,
);
const KEY = new RegExp(
  `^(?:PRIMARY KEY|UNIQUE)(?<nulls> NULLS NOT DISTINCT)? (?<columns>${NAMES})` +
    `(?<include> INCLUDE ${NAMES})?(?<timing>(?: DEFERRABLE)?(?: INITIALLY DEFERRED)?)$`,
);
const INDEX_NAME = new RegExp(` INDEX ${NAME} ON `);

export interface ForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  readonly targets: readonly string[];
}

export function readForeignKey(definition: string): ForeignKey | undefined {
  const [, columns, table, targets] = FOREIGN_KEY.exec(definition) ?? [];
  if (columns === undefined || table === undefined || targets === undefined) return undefined;
  return { columns: splitNames(columns), table, targets: splitNames(targets) };
}

/** Of a primary key or a unique constraint. */
export function readKeyColumns({ kind, definition }: ConstraintRow): string[] | undefined {
  if (kind !== 'p' && kind !== 'u') return undefined;
  const columns = new RegExp(NAMES).exec(definition)?.[1];
  return columns === undefined ? undefined : splitNames(columns);
}

/** The unique index behind a key, and what the constraint adds to it. */
export interface KeyIndex {
  readonly columns: string;
  readonly timing: string;
}

/** undefined: this key can not be made from an index that was built before. */
export function readKeyIndex({ definition }: ConstraintRow): KeyIndex | undefined {
  const groups = KEY.exec(definition)?.groups;
  if (groups === undefined) return undefined;
  const { columns = '', include = '', nulls = '', timing = '' } = groups;
  return { columns: `${columns}${include}${nulls}`, timing };
}

export function sameColumns(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((column) => other.includes(column));
}

/** The names in an expression, written as quote_ident() does. Strings are no names. */
export function mentions(text: string): ReadonlySet<string> {
  const tokens = text.match(/'(?:''|[^'])*'|"(?:""|[^"])*"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [];
  return new Set(tokens);
}

/** "CREATE INDEX a ON b" as "INDEX ON b", to compare and to show it. */
export function withoutName(indexDefinition: string): string {
  return indexDefinition.replace(INDEX_NAME, ' INDEX ON ').replace('CREATE ', '');
}

export function renameIndex(indexDefinition: string, name: string): string {
  return indexDefinition.replace(INDEX_NAME, () => ` INDEX ${name} ON `);
}

export function withoutValidity(definition: string): string {
  return definition.replace(/ NOT VALID$/, '');
}

/** Another name for a while. PostgreSQL cuts names at 63 bytes. */
export function temporaryName(name: string): string {
  const short = `${[...bareName(name)].slice(0, 13).join('')}_validate`;
  return /^[a-z_][a-z0-9_]*$/.test(short) ? short : `"${short.replaceAll('"', '""')}"`;
}

/** As a string: pg_get_serial_sequence() and the like take names so. */
export function bareName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function splitNames(names: string): string[] {
  return names.match(new RegExp(NAME, 'g')) ?? [];
}
