// Finds out from its first bytes what a catalog file is: CSV with which delimiter, or something else.

import { open } from 'node:fs/promises';
import { COLUMNS, columnName } from './columns.ts';

export interface CsvFormat {
  readonly delimiter: string;
  /** The byte order mark, and the line "sep=;" that Excel reads. */
  readonly skippedBytes: number;
  readonly skippedLines: number;
}

export type FormatResult =
  | { readonly ok: true; readonly format: CsvFormat }
  | { readonly ok: false; readonly problem: string };

const HEAD_BYTES = 65_536;
const DELIMITERS = [',', ';', '\t'];
/** Recognized in order to name them. */
const OTHER_DELIMITERS = ['|', ':', '^', '~', ' '];
/** Of Excel: the delimiter of the file, in a line that a spreadsheet may have saved as a row. */
const SEPARATOR = /^[\r\n]*"?sep=.?"?[,;\t]*(?:\r\n?|\n)/i;
const SAVE_AS = 'save it as "CSV UTF-8" and import that file.';

/** By the first bytes, as latin1. */
const SIGNATURES: readonly (readonly [begins: string, what: string, advice: string])[] = [
  ['\x1f\x8b', 'compressed with gzip', 'unpack it with "gunzip" and import what is in it.'],
  ['PK\x03\x04', 'a ZIP archive', 'unpack it and import the CSV file that is in it.'],
  ['PK\x05\x06', 'an empty ZIP archive', 'import a CSV file.'],
  ['\xd0\xcf\x11\xe0', 'an old Excel or Office document', SAVE_AS],
  ['BZh', 'compressed with bzip2', 'unpack it with "bunzip2" and import what is in it.'],
  ['\xfd7zXZ', 'compressed with xz', 'unpack it with "unxz" and import what is in it.'],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd', 'unpack it with "unzstd" and import what is in it.'],
  ['7z\xbc\xaf', 'a 7-Zip archive', 'unpack it and import the CSV file that is in it.'],
  ['Rar!', 'a RAR archive', 'unpack it and import the CSV file that is in it.'],
  ['{\\rtf', 'a document in Rich Text Format', SAVE_AS],
  ['%PDF', 'a PDF document', 'import a CSV file.'],
  ['\x89PNG', 'a picture', 'import a CSV file.'],
  ['\xff\xd8\xff', 'a picture', 'import a CSV file.'],
  ['SQLite format 3', 'an SQLite database', 'export the products as CSV and import that file.'],
  ['\xff\xfe\0\0', 'UTF-32 text', SAVE_AS],
  ['\0\0\xfe\xff', 'UTF-32 text', SAVE_AS],
  ['\xff\xfe', 'UTF-16 text', SAVE_AS],
  ['\xfe\xff', 'UTF-16 text', SAVE_AS],
];

export async function readFormat(file: string): Promise<FormatResult> {
  const head = await readHead(file);
  if (head.replace(/^(?:\xef\xbb\xbf)*/, '').trim() === '')
    return problem('The file is empty: it needs a header and rows.');
  const other = kindOf(head);
  if (other !== undefined) return problem(`The file is ${other[0]}, not CSV: ${other[1]}`);
  const mark = /^(?:\xef\xbb\xbf)*/.exec(head)?.[0] ?? '';
  const separator = SEPARATOR.exec(head.slice(mark.length))?.[0] ?? '';
  const text = head.slice(mark.length + separator.length);
  const header = /[^\r\n]+/.exec(text)?.[0] ?? '';
  const delimiter = mostNames(header, DELIMITERS);
  if (delimiter === undefined) return problem(explainHeader(header, isBinary(head)));
  const format = {
    delimiter,
    skippedBytes: mark.length + separator.length,
    skippedLines: separator.split(/\r\n?|\n/).length - 1,
  };
  return { ok: true, format };
}

const problem = (text: string): FormatResult => ({ ok: false, problem: text });

/** As latin1: one character for each byte. */
async function readHead(file: string): Promise<string> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.toString('latin1', 0, bytesRead);
}

function kindOf(head: string): readonly [what: string, advice: string] | undefined {
  if (head.startsWith('PK\x03\x04')) {
    if (/xl\/|\[Content_Types\]|_rels\//.test(head)) return ['an Excel workbook', SAVE_AS];
    if (head.includes('opendocument')) return ['an OpenDocument file', SAVE_AS];
  }
  const found = SIGNATURES.find(([begins]) => head.startsWith(begins));
  if (found) return [found[1], found[2]];
  if (isWide(head)) return ['UTF-16 text', SAVE_AS];
  const first = head.replace(/^(?:\xef\xbb\xbf)*\s*/, '');
  if (/^<[!?a-z]/i.test(first)) return ['HTML or XML', 'import a CSV file.'];
  if (/^[{[]/.test(first)) return ['JSON', 'export the products as CSV and import that file.'];
  return undefined;
}

/** UTF-16 without a byte order mark: every second byte of western text, such as the header, is zero. */
function isWide(head: string): boolean {
  const bytes = [...head.slice(0, 100)];
  const zeros = bytes.flatMap((byte, at) => (byte === '\0' ? [at % 2] : []));
  return zeros.length > bytes.length / 4 && new Set(zeros).size === 1;
}

/** Contains control characters that no text has. */
const isBinary = (head: string): boolean =>
  [...head.slice(0, 1000)].some((byte) => byte < ' ' && !'\t\n\f\r'.includes(byte));

/** The delimiter that splits the header into the most columns of a catalog; undefined if none splits out one. */
function mostNames(header: string, delimiters: readonly string[]): string | undefined {
  const count = (delimiter: string) =>
    header.split(delimiter).filter((name) => isColumn(columnName(name.replaceAll('"', '')))).length;
  const [best] = delimiters.toSorted((a, b) => count(b) - count(a));
  return best !== undefined && count(best) > 0 ? best : undefined;
}

const isColumn = (name: string): boolean => COLUMNS.some((column) => column === name);

function explainHeader(header: string, isNoText: boolean): string {
  if (isNoText) return `The file is not text: ${SAVE_AS}`;
  const delimiter = mostNames(header, OTHER_DELIMITERS);
  if (delimiter !== undefined)
    return `The columns are separated by "${delimiter}": separate them by commas, semicolons or tabs.`;
  const shown = header.slice(0, 60).replaceAll(/[^\x20-\x7e]/g, '?');
  return (
    `The first line must name the columns ${COLUMNS.join(', ')}. It names none of them: ` +
    `"${shown}${header.length > 60 ? '…' : ''}".`
  );
}
