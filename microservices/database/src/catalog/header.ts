import { COLUMNS, type Column, columnName, OPTIONAL_COLUMNS } from './columns.ts';
import type { CsvRecord } from './csv.ts';

/** Which field of a record belongs to which column. */
export interface Layout {
  readonly indexes: ReadonlyMap<Column, number>;
  /** Fields that have no name, as spreadsheets write after the last column. They must be empty. */
  readonly unnamed: readonly number[];
  /** Columns with and without a name. */
  readonly width: number;
}

export type HeaderResult =
  | { readonly ok: true; readonly layout: Layout }
  | { readonly ok: false; readonly problems: readonly string[] };

export function readHeader({ fields }: CsvRecord): HeaderResult {
  if (fields.includes(null))
    return { ok: false, problems: ['The header is not valid UTF-8: save the file as UTF-8.'] };
  const given = fields.map((name) => name ?? '');
  const names = given.map(columnName);
  const isColumn = (name: string) => COLUMNS.some((column) => column === name);
  const isKnown = (name: string) =>
    isColumn(name) || OPTIONAL_COLUMNS.some((column) => column === name);
  const missing = COLUMNS.filter((column) => !names.includes(column));
  const unknown = given.filter((_, at) => names[at] !== '' && !isKnown(names[at] ?? ''));
  const repeated = names.filter((name, at) => isKnown(name) && names.indexOf(name) !== at);
  const problems = [
    ...missing.map((name) => `The column "${name}" is missing.`),
    ...unknown.map(
      (name) => `The column "${name.trim()}" is unknown: ${adviceFor(name, missing)}.`,
    ),
    ...repeated.map((name) => `The column "${name}" occurs twice.`),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const columns: readonly Column[] = [...COLUMNS, ...OPTIONAL_COLUMNS];
  const indexes = new Map(
    columns.flatMap((column) => {
      const at = names.indexOf(column);
      return at === -1 ? [] : [[column, at] as const];
    }),
  );
  const unnamed = names.flatMap((name, at) => (name === '' ? [at] : []));
  return { ok: true, layout: { indexes, unnamed, width: names.length } };
}

/** "name" may be meant for "product_name", "imageurl" for "image_url". */
function adviceFor(name: string, missing: readonly Column[]): string {
  const letters = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, '');
  const meant = missing.find(
    (column) =>
      letters(name).length > 1 &&
      (letters(column).includes(letters(name)) || letters(name).includes(letters(column))),
  );
  return meant === undefined ? 'remove it' : `if it is "${meant}", name it so; else remove it`;
}
