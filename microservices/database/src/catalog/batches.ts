// Gathers the rows of a catalogue file into batches, as COPY takes them.

import type { CsvRecord } from './csv.ts';
import { type BadRow, type Layout, readHeader, readRow, toCopyLine } from './row.ts';

/** Good rows that go to the server at once. */
export interface Batch {
  /** Of COPY's text format. */
  readonly chunks: readonly Buffer[];
  readonly rows: number;
  /** Of the file up to here, bad ones too. */
  readonly rowsRead: number;
}

export interface BatchReader {
  /** Told once. With problems there is no batch. */
  readonly onHeader: (problems: readonly string[]) => void;
  readonly onBad: (bad: BadRow) => void;
}

const BATCH_ROWS = 5_000;
const BATCH_BYTES = 4_000_000;
const CHUNK_CHARACTERS = 65_536;

export async function* toBatches(
  records: AsyncIterable<CsvRecord>,
  { onHeader, onBad }: BatchReader,
): AsyncGenerator<Batch> {
  let layout: Layout | undefined;
  let builder = new BatchBuilder();
  let rowsRead = 0;
  for await (const record of records) {
    if (layout === undefined) {
      const header = readHeader(record.fields);
      onHeader(header.ok ? [] : header.problems);
      if (!header.ok) return;
      layout = header.layout;
      continue;
    }
    rowsRead += 1;
    const row = readRow(record, layout);
    if (row.ok) builder.add(toCopyLine(record.line, row.values));
    else for (const bad of row.bad) onBad(bad);
    if (!builder.isFull()) continue;
    yield { ...builder.build(), rowsRead };
    builder = new BatchBuilder();
  }
  yield { ...builder.build(), rowsRead };
}

/** Keeps lines outside of the heap, which would grow with so many strings. */
class BatchBuilder {
  readonly #chunks: Buffer[] = [];
  #lines = '';
  #rows = 0;
  #bytes = 0;

  add(line: string): void {
    this.#lines += line;
    this.#rows += 1;
    if (this.#lines.length >= CHUNK_CHARACTERS) this.#flush();
  }

  isFull(): boolean {
    return this.#rows >= BATCH_ROWS || this.#bytes >= BATCH_BYTES;
  }

  build(): Omit<Batch, 'rowsRead'> {
    this.#flush();
    return { chunks: this.#chunks, rows: this.#rows };
  }

  #flush(): void {
    const chunk = Buffer.from(this.#lines);
    this.#lines = '';
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
  }
}
