// Reads a CSV file record by record, with the number of the line where each record begins.

import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';

export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

interface CsvProblem {
  readonly line: number;
  readonly reason: string;
}

export interface CsvReader {
  /** Called for each unreadable record. Reading continues with the next one. */
  readonly onProblem: (problem: CsvProblem) => void;
  readonly onBytes: (count: number) => void;
}

/** More than four times the longest product. Limits what an unclosed quote can consume. */
const MAX_RECORD_BYTES = 65_536;

/** Streams the records of a file to `consume`, and waits until it has read them all. */
export async function readCsv(
  file: string,
  reader: CsvReader,
  consume: (records: AsyncIterable<CsvRecord>) => Promise<void>,
): Promise<void> {
  let lastLine = 0;
  let unreadableFrom = Number.POSITIVE_INFINITY;
  const parser = parse({
    bom: true,
    max_record_size: MAX_RECORD_BYTES,
    relax_column_count: true,
    skip_records_with_error: true,
    on_record: (fields, { lines }) => {
      lastLine = lines;
      const line = lines - fields.reduce((sum, field) => sum + field.split('\n').length - 1, 0);
      const isBlank = fields.length === 1 && fields[0] === '';
      // The parser's type allows only strings here; numbered() separates the line number again.
      return isBlank || line >= unreadableFrom ? null : [String(line), ...fields];
    },
    on_skip: (error) => {
      if (error === undefined || lastLine >= unreadableFrom) return undefined;
      const line = lastLine + 1;
      const recovers = error.code === 'INVALID_OPENING_QUOTE';
      lastLine = recovers ? Number(error.lines) : line;
      if (!recovers) unreadableFrom = line;
      reader.onProblem({ line, reason: recovers ? STRAY_QUOTE : BROKEN_QUOTE });
      return undefined;
    },
  });
  const input = createReadStream(file);
  await pipeline(input, unixLines(reader.onBytes), parser, (parsed) => consume(numbered(parsed)));
}

async function* numbered(parsed: AsyncIterable<string[]>): AsyncGenerator<CsvRecord> {
  for await (const [line, ...fields] of parsed) yield { line: Number(line), fields };
}

const STRAY_QUOTE = 'has a quote inside a field: put the field in quotes, and double the quote';
const BROKEN_QUOTE =
  'has a quote that is not closed where the field ends; the rest of the file cannot be read';

/** Replaces \r\n by \n: inside quotes the parser would count it as two lines. */
function unixLines(onBytes: (count: number) => void): Transform {
  let carried = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onBytes(chunk.length);
      const text = carried + chunk.toString('latin1');
      carried = text.endsWith('\r') ? '\r' : '';
      const whole = carried === '' ? text : text.slice(0, -1);
      done(null, Buffer.from(whole.replaceAll('\r\n', '\n'), 'latin1'));
    },
    flush(done) {
      done(null, Buffer.from(carried, 'latin1'));
    },
  });
}
