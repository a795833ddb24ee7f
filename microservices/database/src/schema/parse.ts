// Parses the output of render.ts and nothing else: a file that was edited by hand is refused.

import { splitStatements } from '../migrations/files/statements.ts';
import type { DefinitionRow } from './definitions.queries.ts';
import { readDefinition } from './definitions.ts';
import type {
  ColumnRow,
  ConstraintRow,
  GrantRow,
  IndexRow,
  TableRow,
} from './pg-catalog.queries.ts';
import { FIRST_BUCKET, renderSchema } from './render.ts';
import type { HistoryEntry, Schema } from './schema.ts';

const NAME = String.raw`(?:"(?:""|[^"])+"|[^\s"().,]+)`;
const TABLE = new RegExp(
  String.raw`^create (unlogged )?table public\.(${NAME}) \(\n {2}(.*)\n\)(?: with \((.*)\))?$`,
  's',
);
const COLUMN = new RegExp(
  String.raw`^(${NAME}) ((?:"(?:""|[^"])*"|[^"])+?)(?: collate (${NAME}\.${NAME}))?` +
    String.raw`(?: generated always as \((.*)\) (stored|virtual)` +
    `| generated (always|by default) as identity| default (.*?))?( not null)?$`,
  's',
);
const CONSTRAINT = new RegExp(`^constraint (${NAME}) (.*)$`, 's');
const LATER = new RegExp(
  String.raw`^alter table public\.(${NAME}) add constraint (${NAME}) (.*)$`,
  's',
);
const INDEX = new RegExp(
  String.raw`^CREATE (?:UNIQUE )?INDEX (${NAME}) ON public\.(${NAME}) USING .*$`,
  's',
);
const GRANT = new RegExp(
  String.raw`^grant (.*) on public\.(${NAME}) to (${NAME})( with grant option)?$`,
  's',
);
const VERSION =
  /^insert into public\.schema_version .* values \((\d+), '([^']*)', '([^']*)', \d+(, true)?\)$/;
const KINDS = { PRIMARY: 'p', UNIQUE: 'u', CHECK: 'c', FOREIGN: 'f', EXCLUDE: 'x' } as const;

export type ParseResult =
  | { readonly ok: true; readonly schema: Schema }
  | { readonly ok: false; readonly line: number };

interface Rows {
  readonly definitions: DefinitionRow[];
  readonly tables: TableRow[];
  readonly columns: ColumnRow[];
  readonly constraints: ConstraintRow[];
  readonly indexes: IndexRow[];
  readonly grants: GrantRow[];
  readonly history: HistoryEntry[];
}

/** The schema of a dump, or the number of the first line that does not belong to a dump. */
export function parseSchema(sql: string): ParseResult {
  const rows: Rows = {
    definitions: [],
    tables: [],
    columns: [],
    constraints: [],
    indexes: [],
    grants: [],
    history: [],
  };
  for (const { text, offset } of splitStatements(sql)) {
    if (!addStatement(text, rows)) {
      return { ok: false, line: sql.slice(0, offset).split('\n').length };
    }
  }
  const again = renderSchema(rows);
  return again === sql ? { ok: true, schema: rows } : { ok: false, line: firstLine(again, sql) };
}

function addStatement(text: string, rows: Rows): boolean {
  if (readDefinition(text) !== undefined) {
    rows.definitions.push({ definition: text, enabled: true });
    return true;
  }
  const table = TABLE.exec(text);
  if (table !== null) return addTable(table, rows);
  const [, name = '', on = ''] = INDEX.exec(text) ?? [];
  if (name !== '') rows.indexes.push({ table: on, index: name, valid: true, definition: text });
  const later = LATER.exec(text);
  if (later !== null) return addConstraint(later[1], later[2], later[3], rows);
  const grant = GRANT.exec(text);
  if (grant !== null) rows.grants.push(toGrant(grant));
  const version = VERSION.exec(text);
  if (version !== null) rows.history.push(toHistory(version));
  // Skips "do $$", which creates roles: the grants name them. The first bucket follows from its table.
  const isImplied = text.startsWith('do $$') || text === FIRST_BUCKET;
  return name !== '' || grant !== null || version !== null || isImplied;
}

function addTable([, unlogged, table = '', body = '', options]: RegExpExecArray, rows: Rows) {
  rows.tables.push({ table, unlogged: unlogged !== undefined, options: options ?? null });
  return splitBody(body).every((definition) => {
    const constraint = CONSTRAINT.exec(definition);
    if (constraint !== null) return addConstraint(table, constraint[1], constraint[2], rows);
    const column = COLUMN.exec(definition);
    if (column !== null) rows.columns.push(toColumn(table, column));
    return column !== null;
  });
}

/** Splits at line ends, except for those in strings and names. */
function splitBody(body: string): string[] {
  const definitions = [''];
  for (const [token] of body.matchAll(/'(?:''|[^'])*'|"(?:""|[^"])*"|,\n {2}|./gs)) {
    if (token === ',\n  ') definitions.push('');
    else definitions.push(`${definitions.pop()}${token}`);
  }
  return definitions.filter((definition) => definition !== '');
}

function toColumn(table: string, match: RegExpExecArray): ColumnRow {
  const [, column = '', type = '', collation = null, generation, kind, identity, value] = match;
  return {
    table,
    column,
    type,
    collation,
    not_null: match[8] !== undefined,
    expression: generation ?? value ?? null,
    generated: kind === undefined ? '' : kind === 'stored' ? 's' : 'v',
    identity: identity === undefined ? '' : identity === 'always' ? 'a' : 'd',
  };
}

function addConstraint(table = '', constraint = '', definition = '', rows: Rows): boolean {
  const word = Object.entries(KINDS).find(([first]) => definition.startsWith(first));
  if (word === undefined) return false;
  const validated = !definition.endsWith(' NOT VALID');
  rows.constraints.push({ table, constraint, kind: word[1], validated, definition });
  return true;
}

function toGrant([, what = '', table = '', grantee = '', option]: RegExpExecArray): GrantRow {
  const column = new RegExp(String.raw`^[a-z]+ \((${NAME})\)`).exec(what)?.[1] ?? null;
  const privileges = column === null ? what : what.replaceAll(` (${column})`, '');
  return { table, column, grantee, privileges, grantable: option !== undefined };
}

function toHistory([, version, name = '', checksum = '', mark]: RegExpExecArray): HistoryEntry {
  return { version: Number(version), name, checksum, breaking: mark !== undefined };
}

function firstLine(one: string, other: string): number {
  const lines = one.split('\n');
  return other.split('\n').findIndex((line, index) => line !== lines[index]) + 1;
}
