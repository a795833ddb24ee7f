// Removes expired rows in small batches while the shop is running.

import type { Connection } from '../database/connection.ts';
import { estimateRows, pruneBatch, readBuckets } from './prune.queries.ts';
import type { AgingTable } from './tables.ts';

export interface PruneOptions {
  readonly days: number;
  /** Rows that a batch reads. Each batch is one transaction. */
  readonly batchSize: number;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
  /** Called after each batch with the rows pruned and the share of the table that was read. */
  readonly onProgress: (pruned: number, share: number | undefined) => void;
}

export interface PruneResult {
  readonly name: string;
  readonly days: number;
  readonly seen: number;
  readonly pruned: number;
  /** The signal stopped it before the end of the table. Finished batches stay committed. */
  readonly stopped: boolean;
}

export async function prune(
  connection: Connection,
  table: AgingTable,
  { days, batchSize, isDryRun, signal, onProgress }: PruneOptions,
): Promise<PruneResult> {
  const estimate = await estimateRows(connection, table.table);
  let [seen, pruned, stopped] = [0, 0, false];
  for (const bucket of await readBuckets(connection)) {
    let after: string[] | null = null;
    let atEnd = false;
    while (!atEnd && !signal.aborted) {
      const batch = { bucket, after, days, limit: batchSize };
      const result = await pruneBatch(connection, table, batch, isDryRun);
      seen += result.seen;
      pruned += result.pruned;
      after = result.last;
      atEnd = result.seen < batchSize;
      onProgress(pruned, estimate > 0 ? Math.min(1, seen / estimate) : undefined);
    }
    stopped ||= !atEnd;
  }
  return { name: table.name, days, seen, pruned, stopped };
}
