// Groups the rows of a catalog file into batches in the text format of COPY.

import type { CheckContext } from './columns.ts';
import type { CsvRecord } from './csv.ts';
import { type Layout, readHeader } from './header.ts';
import { type BadRow, readRow, toCopyLine } from './row.ts';

/** Good rows that are sent to the server together. */
export interface Batch {
  /** In COPY's text format. */
  readonly chunks: readonly Buffer[];
  readonly rows: number;
  /** Rows of the file so far, including bad ones. */
  readonly rowsRead: number;
}

export interface BatchReader extends CheckContext {
  /** Called once. If there are problems, no batch follows. */
  readonly onHeader: (problems: readonly string[]) => void;
  readonly onBad: (bad: BadRow) => void;
}

const BATCH_ROWS = 5_000;
const BATCH_BYTES = 4_000_000;
const CHUNK_CHARACTERS = 65_536;

export async function* toBatches(
  records: AsyncIterable<CsvRecord>,
  { onHeader, onBad, pictureHosts, prices }: BatchReader,
): AsyncGenerator<Batch> {
  let layout: Layout | undefined;
  let builder = new BatchBuilder();
  let rowsRead = 0;
  for await (const record of records) {
    if (layout === undefined) {
      const header = readHeader(record);
      onHeader(header.ok ? [] : header.problems);
      if (!header.ok) return;
      layout = header.layout;
      continue;
    }
    rowsRead += 1;
    const row = readRow(record, layout, { pictureHosts, prices });
    if (row.ok) builder.add(toCopyLine(record.line, row.product));
    else for (const bad of row.bad) onBad(bad);
    if (!builder.isFull()) continue;
    yield { ...builder.build(), rowsRead };
    builder = new BatchBuilder();
  }
  yield { ...builder.build(), rowsRead };
}

/** Keeps lines in buffers, outside the V8 heap: as strings they would make the heap grow. */
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
