// Reads a CSV file record by record, with the number of the line where each record begins.

import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CsvError, parse } from 'csv-parse';
import { COLUMNS, type Column, columnName } from './columns.ts';
import type { CsvFormat } from './file-format.ts';

export interface CsvRecord {
  readonly line: number;
  /** Null for a field that is not valid UTF-8. */
  readonly fields: readonly (string | null)[];
}

export interface CsvProblem {
  readonly line: number;
  /** That of the header above the field; null if it has none. */
  readonly column: Column | null;
  readonly reason: string;
  /** Without a header no row can be read. */
  readonly isInHeader: boolean;
}

export interface CsvReader {
  /** Called for each unreadable record. Reading continues with the next one. */
  readonly onProblem: (problem: CsvProblem) => void;
  readonly onBytes: (count: number) => void;
}

/** More than four times the longest product. Limits what an unclosed quote can consume. */
const MAX_RECORD_BYTES = 65_536;

/** Streams the records of a file to `consume`, which may stop before the last one. */
export async function readCsv(
  file: string,
  format: CsvFormat,
  reader: CsvReader,
  consume: (records: AsyncIterable<CsvRecord>) => Promise<void>,
): Promise<void> {
  const input = createReadStream(file, { start: format.skippedBytes });
  let isConsumed = false;
  try {
    await pipeline(
      input,
      unixLines(reader.onBytes),
      createParser(format, reader.onProblem),
      async (parsed) => {
        await consume(numbered(parsed));
        isConsumed = true;
      },
    );
  } catch (error) {
    // The pipeline also reports that the consumer left records unread.
    if (!isConsumed) throw error;
  }
}

/** Parses bytes as latin1, which every byte is, so that each field can be checked on its own. */
function createParser(
  { delimiter, skippedLines }: CsvFormat,
  onProblem: CsvReader['onProblem'],
): ReturnType<typeof parse> {
  let header: readonly string[] | undefined;
  let lastLine = 0;
  let unreadableFrom = Number.POSITIVE_INFINITY;
  return parse({
    delimiter,
    encoding: 'latin1',
    max_record_size: MAX_RECORD_BYTES,
    record_delimiter: '\n',
    relax_column_count: true,
    skip_records_with_error: true,
    on_record: (fields, { lines }) => {
      lastLine = lines;
      const line = lines - fields.reduce((sum, field) => sum + field.split('\n').length - 1, 0);
      if (fields.every((field) => field.trim() === '') || line >= unreadableFrom) return null;
      header ??= fields.map(columnName);
      // The parser's type allows only strings here; numbered() separates the line number again.
      return [String(line + skippedLines), ...fields];
    },
    on_skip: (error) => {
      if (error === undefined || lastLine >= unreadableFrom) return undefined;
      const line = lastLine + 1;
      const reason = reasonOf(error, line);
      // The other quotes of a field that has one.
      if (reason === STRAY_QUOTE && Number(error.lines) < line) return undefined;
      lastLine = reason === STRAY_QUOTE ? Number(error.lines) : line;
      if (reason !== STRAY_QUOTE) unreadableFrom = line;
      const name = header?.[Number(error.column)];
      const column = COLUMNS.find((known) => known === name) ?? null;
      onProblem({ line: line + skippedLines, column, reason, isInHeader: header === undefined });
      return undefined;
    },
  });
}

async function* numbered(parsed: AsyncIterable<string[]>): AsyncGenerator<CsvRecord> {
  for await (const [line, ...fields] of parsed)
    yield { line: Number(line), fields: fields.map(fromUtf8) };
}

function fromUtf8(latin1: string): string | null {
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

const STRAY_QUOTE = 'has a quote inside a field: put the field in quotes, and double the quote';
const BROKEN_QUOTE =
  'has a quote that is not closed where the field ends; the rest of the file cannot be read: ' +
  'close it there, and double each quote within the field';
const TOO_LONG =
  `is longer than ${MAX_RECORD_BYTES} bytes; the rest of the file cannot be read: ` +
  'shorten it, or look for a missing quote';

function reasonOf({ code, lines }: CsvError, firstLine: number): string {
  if (code === 'INVALID_OPENING_QUOTE') return STRAY_QUOTE;
  return code === 'CSV_MAX_RECORD_SIZE' && Number(lines) <= firstLine ? TOO_LONG : BROKEN_QUOTE;
}

/** Ends all lines with \n: the parser would count a \r\n inside quotes as two lines. */
function unixLines(onBytes: (count: number) => void): Transform {
  let carried = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onBytes(chunk.length);
      const text = carried + chunk.toString('latin1');
      carried = text.endsWith('\r') ? '\r' : '';
      const whole = carried === '' ? text : text.slice(0, -1);
      done(null, Buffer.from(whole.replaceAll(/\r\n?/g, '\n'), 'latin1'));
    },
    flush(done) {
      done(null, Buffer.from(carried === '' ? '' : '\n', 'latin1'));
    },
  });
}
