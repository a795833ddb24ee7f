// Imports a catalog file in one transaction. The next batch is read while PostgreSQL writes the previous
// one. PostgreSQL spends most of the time on the search column and its index, so reading costs no time.
//
// Terminology
//   row        one product of the file. Its line is where it begins: fields may contain line breaks.
//   bad row    an invalid row. Without allowPartial a single one stops the import.
//   batch      good rows that are sent to the server together (batches.ts).
//   incoming   the temporary table that holds the batch.
//   seen       the temporary table of all products read so far.

import { type Connection, inTransaction } from '../database/connection.ts';
import { BadRowCollector, type BadRows } from './bad-rows.ts';
import { type Batch, toBatches } from './batches.ts';
import { FILE_CHANGED, versionOf } from './catalog-file.ts';
import type { CheckContext } from './columns.ts';
import { type CsvProblem, type CsvRecord, readCsv } from './csv.ts';
import { type CsvFormat, readFormat } from './file-format.ts';
import * as queries from './import.queries.ts';
import type { BadRow } from './row.ts';

export interface ImportOptions extends CheckContext {
  readonly allowPartial: boolean;
  /** Withdraws the products that the file lacks. */
  readonly withdrawsMissing: boolean;
  /** Imports nothing if the shop has a product. */
  readonly onlyIfEmpty: boolean;
  /** Counts what would change; changes nothing. */
  readonly isDryRun: boolean;
  /** Called after each batch with the bytes and rows read so far. */
  readonly onProgress: (bytes: number, rows: number) => void;
  readonly onStep: (step: string) => void;
}

interface ImportCounts extends queries.Changes {
  readonly rows: number;
  readonly unchanged: number;
}

export type ImportResult =
  | { readonly outcome: 'imported'; readonly counts: ImportCounts; readonly bad: BadRows }
  | { readonly outcome: 'bad-rows'; readonly bad: BadRows }
  | { readonly outcome: 'bad-file' | 'bad-header'; readonly problems: readonly string[] }
  | { readonly outcome: 'not-empty' };

export async function importCatalog(
  connection: Connection,
  file: string,
  options: ImportOptions,
): Promise<ImportResult> {
  const version = await versionOf(file);
  const read = await readFormat(file);
  if (!read.ok) return { outcome: 'bad-file', problems: [read.problem] };
  const work = async (): Promise<ImportResult> => {
    const result = await new Import(connection, options).run(file, read.format);
    // The rest of an unfinished upload would be missing, and could be withdrawn.
    if (result.outcome === 'not-empty' || version === (await versionOf(file))) return result;
    return { outcome: 'bad-file', problems: [FILE_CHANGED] };
  };
  return inTransaction(connection, work, { isKept: ({ outcome }) => outcome === 'imported' });
}

class Import {
  readonly #connection: Connection;
  readonly #options: ImportOptions;
  readonly #bad = new BadRowCollector();
  #headerProblems: readonly string[] = ['The file is empty: it needs a header and rows.'];
  #isHeaderBroken = false;
  #bytesRead = 0;
  #goodRows = 0;
  #changes: queries.Changes = queries.NO_CHANGES;
  #writing: Promise<void> = Promise.resolve();

  constructor(connection: Connection, options: ImportOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  async run(file: string, format: CsvFormat): Promise<ImportResult> {
    const { allowPartial, onlyIfEmpty, isDryRun, withdrawsMissing, onStep } = this.#options;
    onStep('Waiting for another import to end');
    if (!isDryRun) await queries.lockCatalog(this.#connection);
    if (onlyIfEmpty && (await queries.shopHasProducts(this.#connection))) {
      return { outcome: 'not-empty' };
    }
    onStep('Reading the file');
    await queries.createTables(this.#connection);
    await this.#read(file, format);
    const problems = this.#headerProblems;
    if (problems.length > 0) return { outcome: 'bad-header', problems };
    const bad = this.#bad.result();
    if (bad.total > 0 && !allowPartial) return { outcome: 'bad-rows', bad };
    if (this.#goodRows === 0 && bad.total === 0)
      return { outcome: 'bad-file', problems: ['The file has a header and no products.'] };
    if (withdrawsMissing) {
      if (!isDryRun) await queries.addMissingWithdrawals(this.#connection);
      const withdrawMissing = isDryRun ? queries.countMissing : queries.withdrawMissing;
      this.#count({ withdrawn: await withdrawMissing(this.#connection) });
    }
    if (!isDryRun) {
      onStep('Setting stocks');
      this.#count({ stock_changed: await queries.updateStocks(this.#connection) });
      onStep('Updating the search');
      await queries.refreshSearch(this.#connection);
    }
    const { inserted, updated } = this.#changes;
    const rows = this.#goodRows;
    const counts = { rows, ...this.#changes, unchanged: rows - inserted - updated };
    return { outcome: 'imported', counts, bad };
  }

  /** One pass through the file; memory does not depend on its length. */
  async #read(file: string, format: CsvFormat): Promise<void> {
    const reader = {
      onProblem: (problem: CsvProblem) => this.#takeProblem(problem),
      onBytes: (bytes: number) => {
        this.#bytesRead += bytes;
      },
    };
    try {
      await readCsv(file, format, reader, (records) => this.#takeAll(records));
    } finally {
      // If reading fails, wait for the batch before the rollback.
      await this.#writing.catch(() => {});
    }
  }

  #takeProblem({ isInHeader, ...bad }: CsvProblem): void {
    if (isInHeader && !this.#isHeaderBroken) {
      this.#isHeaderBroken = true;
      this.#headerProblems = [`The header, on line ${bad.line}, ${bad.reason}.`];
    }
    this.#bad.add(bad);
  }

  async #takeAll(records: AsyncIterable<CsvRecord>): Promise<void> {
    const reader = {
      onHeader: (problems: readonly string[]) => {
        if (!this.#isHeaderBroken) this.#headerProblems = problems;
      },
      onBad: (bad: BadRow) => this.#bad.add(bad),
      pictureHosts: this.#options.pictureHosts,
      prices: this.#options.prices,
    };
    for await (const batch of toBatches(records, reader)) {
      await this.#writing;
      this.#writing = this.#take(batch, this.#bytesRead);
      // The error is handled where the promise is awaited, which may be later.
      this.#writing.catch(() => {});
    }
    await this.#writing;
  }

  async #take({ chunks, rows, rowsRead }: Batch, bytesRead: number): Promise<void> {
    await queries.copyIntoIncoming(this.#connection, chunks);
    const fresh = await queries.markSeen(this.#connection);
    this.#goodRows += fresh;
    if (fresh < rows) await this.#takeDuplicates();
    // Skips writing what will be rolled back.
    if (this.#bad.total === 0 || this.#options.allowPartial) {
      this.#count(await this.#putIntoShop(fresh));
    }
    this.#options.onProgress(bytesRead, rowsRead);
  }

  async #takeDuplicates(): Promise<void> {
    for (const { product_id, line, first_line } of await queries.takeDuplicates(this.#connection)) {
      const reason = `"${product_id}" is already on line ${first_line}`;
      this.#bad.add({ line, column: 'product_id', reason });
    }
  }

  async #putIntoShop(fresh: number): Promise<queries.Changes> {
    if (this.#options.isDryRun) return queries.countChanges(this.#connection);
    const inserted = await queries.insertProducts(this.#connection);
    const before: Partial<queries.Changes> =
      inserted < fresh ? await queries.countSwitches(this.#connection) : {};
    if (before.withdrawn) await queries.addIncomingWithdrawals(this.#connection);
    const updated = inserted < fresh ? await queries.updateProducts(this.#connection) : 0;
    const stock_changed = await queries.insertStocks(this.#connection);
    return { ...queries.NO_CHANGES, ...before, inserted, updated, stock_changed };
  }

  #count(more: Partial<queries.Changes>): void {
    const sum = (name: keyof queries.Changes) => this.#changes[name] + (more[name] ?? 0);
    this.#changes = {
      inserted: sum('inserted'),
      updated: sum('updated'),
      withdrawn: sum('withdrawn'),
      brought_back: sum('brought_back'),
      stock_changed: sum('stock_changed'),
    };
  }
}
