import { COLUMNS, type Column, checkValue } from './columns.ts';
import type { CsvRecord } from './csv.ts';

export interface BadRow {
  /** Where the row begins in the file, counted from 1. */
  readonly line: number;
  readonly column: Column | null;
  readonly reason: string;
}

/** The index of each column in a record. */
export type Layout = ReadonlyMap<Column, number>;

export type HeaderResult =
  | { readonly ok: true; readonly layout: Layout }
  | { readonly ok: false; readonly problems: readonly string[] };

export function readHeader(names: readonly string[]): HeaderResult {
  const isColumn = (name: string) => COLUMNS.some((column) => column === name);
  const missing = COLUMNS.filter((column) => !names.includes(column));
  const unknown = names.filter((name) => !isColumn(name));
  const repeated = names.filter((name, index) => isColumn(name) && names.indexOf(name) !== index);
  const problems = [
    ...missing.map((name) => `The column "${name}" is missing.`),
    ...unknown.map((name) => `The column "${name}" is unknown: remove it.`),
    ...repeated.map((name) => `The column "${name}" occurs twice.`),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, layout: new Map(COLUMNS.map((column) => [column, names.indexOf(column)])) };
}

export type RowResult =
  | { readonly ok: true; readonly values: readonly string[] }
  | { readonly ok: false; readonly bad: readonly BadRow[] };

/** The values in the order of COLUMNS, or all their problems. */
export function readRow({ line, fields }: CsvRecord, layout: Layout): RowResult {
  if (fields.length !== COLUMNS.length) {
    const reason = `has ${fields.length} fields instead of ${COLUMNS.length}`;
    return { ok: false, bad: [{ line, column: null, reason }] };
  }
  const bad: BadRow[] = [];
  const values = COLUMNS.map((column) => {
    const value = fields[layout.get(column) ?? -1] ?? '';
    const reason = checkValue(column, value);
    if (reason !== undefined) bad.push({ line, column, reason });
    return value;
  });
  return bad.length === 0 ? { ok: true, values } : { ok: false, bad };
}

/** A line of COPY's text format, for the table incoming. */
export function toCopyLine(line: number, values: readonly string[]): string {
  return `${line}\t${values.map(escapeCopy).join('\t')}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

function escapeCopy(value: string): string {
  return value.replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
