import { type CheckContext, COLUMNS, type Column, checkValue, isYes } from './columns.ts';
import type { CsvRecord } from './csv.ts';
import type { Layout } from './header.ts';

export interface BadRow {
  /** Where the row begins in the file, counted from 1. */
  readonly line: number;
  readonly column: Column | null;
  readonly reason: string;
}

export interface ProductRow {
  /** In the order of COLUMNS. */
  readonly values: readonly string[];
  readonly isWithdrawn: boolean;
  /** Digits; empty if the file does not say. */
  readonly weightGrams: string;
}

export type RowResult =
  | { readonly ok: true; readonly product: ProductRow }
  | { readonly ok: false; readonly bad: readonly BadRow[] };

/** The product, or all problems of its values. */
export function readRow(record: CsvRecord, layout: Layout, context: CheckContext): RowResult {
  const { line } = record;
  const reason = checkWidth(record, layout);
  if (reason !== undefined) return { ok: false, bad: [{ line, column: null, reason }] };
  const bad: BadRow[] = [];
  const read = (column: Column): string => {
    const at = layout.indexes.get(column);
    const value = at === undefined ? '' : (record.fields[at] ?? null);
    const problem = value === null ? NOT_UTF8 : checkValue(column, value, context);
    if (problem !== undefined) bad.push({ line, column, reason: problem });
    return value ?? '';
  };
  const values = COLUMNS.map(read);
  const isWithdrawn = isYes(read('withdrawn'));
  const weightGrams = read('weight_grams');
  return bad.length === 0
    ? { ok: true, product: { values, isWithdrawn, weightGrams } }
    : { ok: false, bad };
}

const NOT_UTF8 = 'is not valid UTF-8: save the file as UTF-8';

/** Empty fields after the last column do no harm: spreadsheets write them. */
function checkWidth(
  { fields }: CsvRecord,
  { indexes, unnamed, width }: Layout,
): string | undefined {
  const needed = Math.max(...indexes.values()) + 1;
  const used = fields.findLastIndex((field) => field !== '') + 1;
  if (fields.length < needed) {
    const has = fields.length === 1 ? '1 field' : `${fields.length} fields`;
    return `has ${has} instead of ${indexes.size}: a delimiter is missing, or is not that of the header`;
  }
  if (used > width) {
    return `has ${used} fields instead of ${indexes.size}: put a field that contains the delimiter in quotes`;
  }
  const filled = unnamed.find((at) => (fields[at] ?? '') !== '');
  return filled === undefined
    ? undefined
    : `has a value in column ${filled + 1}, which has no name in the header`;
}

/** A line of COPY's text format, for the table incoming. */
export function toCopyLine(line: number, { values, isWithdrawn, weightGrams }: ProductRow): string {
  const weight = weightGrams === '' ? '\\N' : weightGrams;
  return `${line}\t${values.map(escapeCopy).join('\t')}\t${isWithdrawn}\t${weight}\n`;
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
