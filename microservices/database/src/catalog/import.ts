// Brings a catalogue file into the shop.
//
// Terminology
//   row        one product of the file. Its line is where it begins: a field may hold line breaks.
//   bad row    one that can not be taken. Without allowPartial a single one stops the import.
//   incoming   the temporary table that the good rows go to before the shop sees any of them.

import { pipeline } from 'node:stream/promises';
import { type Connection, inTransaction } from '../database/connection.ts';
import { type CsvRecord, readCsv } from './csv.ts';
import * as queries from './import.queries.ts';
import { type BadRow, type Layout, readHeader, readRow, toCopyLine } from './row.ts';

export interface ImportOptions {
  readonly allowPartial: boolean;
  /** Told as the file is read: bytes since the last call, and rows so far. */
  readonly onProgress: (bytes: number, rows: number) => void;
  /** Told when the file is read and the shop is about to change. */
  readonly onRead: () => void;
}

interface BadRows {
  readonly total: number;
  /** The first of them. */
  readonly shown: readonly BadRow[];
}

interface ImportCounts extends queries.UpsertCounts {
  readonly rows: number;
  readonly unchanged: number;
  readonly stock_changed: number;
}

export type ImportResult =
  | { readonly outcome: 'imported'; readonly counts: ImportCounts; readonly bad: BadRows }
  | { readonly outcome: 'bad-rows'; readonly bad: BadRows }
  | { readonly outcome: 'bad-header'; readonly problems: readonly string[] };

const MAX_SHOWN = 50;
const COPY_CHUNK_CHARACTERS = 65_536;

export async function importCatalog(
  connection: Connection,
  file: string,
  options: ImportOptions,
): Promise<ImportResult> {
  await queries.createIncoming(connection);
  const reading = new Reading(options.onProgress);
  await reading.copyInto(connection, file);
  const { headerProblems } = reading;
  if (headerProblems.length > 0) return { outcome: 'bad-header', problems: headerProblems };

  await queries.analyzeIncoming(connection);
  const duplicates = await queries.takeDuplicates(connection);
  for (const { product_id, line, first_line } of duplicates) {
    const reason = `"${product_id}" is there already, on line ${first_line}`;
    reading.addBad({ line, column: 'product_id', reason });
  }
  const bad = reading.badRows();
  if (bad.total > 0 && !options.allowPartial) return { outcome: 'bad-rows', bad };
  options.onRead();
  const rows = reading.goodRows - duplicates.length;
  return { outcome: 'imported', counts: await putIntoShop(connection, rows), bad };
}

/** All of it or nothing, in one short transaction: the file has been read before. */
function putIntoShop(connection: Connection, rows: number): Promise<ImportCounts> {
  return inTransaction(connection, async () => {
    const { inserted, updated } = await queries.upsertProducts(connection);
    const stock_changed = await queries.upsertInventory(connection);
    return { rows, inserted, updated, unchanged: rows - inserted - updated, stock_changed };
  });
}

/** One pass through the file, in memory that does not depend on its length. */
class Reading {
  goodRows = 0;
  headerProblems: readonly string[] = ['The file is empty: it needs a header and rows.'];
  readonly #onProgress: ImportOptions['onProgress'];
  readonly #shown: BadRow[] = [];
  #badLines = 0;
  #lastBadLine = 0;

  constructor(onProgress: ImportOptions['onProgress']) {
    this.#onProgress = onProgress;
  }

  async copyInto(connection: Connection, file: string): Promise<void> {
    const reader = {
      onProblem: ({ line, reason }: { line: number; reason: string }) =>
        this.addBad({ line, column: null, reason }),
      onBytes: (bytes: number) => this.#onProgress(bytes, this.goodRows + this.#badLines),
    };
    await readCsv(file, reader, (records) =>
      pipeline(this.#toCopy(records), queries.copyIntoIncoming(connection)),
    );
  }

  /** A row with two bad fields is shown twice and counted once. */
  addBad(bad: BadRow): void {
    if (bad.line !== this.#lastBadLine) this.#badLines += 1;
    this.#lastBadLine = bad.line;
    if (this.#shown.length < MAX_SHOWN) this.#shown.push(bad);
  }

  badRows(): BadRows {
    return { total: this.#badLines, shown: this.#shown.toSorted((a, b) => a.line - b.line) };
  }

  async *#toCopy(records: AsyncIterable<CsvRecord>): AsyncGenerator<string> {
    let layout: Layout | undefined;
    let chunk = '';
    for await (const record of records) {
      if (layout === undefined) {
        const header = readHeader(record.fields);
        this.headerProblems = header.ok ? [] : header.problems;
        if (!header.ok) return;
        layout = header.layout;
        continue;
      }
      chunk += this.#take(record, layout);
      if (chunk.length < COPY_CHUNK_CHARACTERS) continue;
      yield chunk;
      chunk = '';
    }
    if (chunk !== '') yield chunk;
  }

  #take(record: CsvRecord, layout: Layout): string {
    const row = readRow(record, layout);
    if (row.ok) {
      this.goodRows += 1;
      return toCopyLine(record.line, row.values);
    }
    for (const bad of row.bad) this.addBad(bad);
    return '';
  }
}
