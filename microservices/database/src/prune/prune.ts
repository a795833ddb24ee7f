// Removes what has been of no use to anybody for long, while the shop goes on.

import type { Connection } from '../database/connection.ts';
import { estimateRows, pruneBatch } from './prune.queries.ts';
import type { AgingTable } from './tables.ts';

export interface PruneOptions {
  readonly days: number;
  /** Rows that a batch looks at. A batch is a transaction of its own. */
  readonly batchSize: number;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
  /** Told after each batch: rows pruned, and the share of the table that was looked at. */
  readonly onProgress: (pruned: number, share: number | undefined) => void;
}

export interface PruneResult {
  readonly name: string;
  readonly days: number;
  readonly seen: number;
  readonly pruned: number;
  /** It was asked to stop before the end of the table. What it has pruned so far stays so. */
  readonly stopped: boolean;
}

export async function prune(
  connection: Connection,
  table: AgingTable,
  { days, batchSize, isDryRun, signal, onProgress }: PruneOptions,
): Promise<PruneResult> {
  const estimate = await estimateRows(connection, table.table);
  let [seen, pruned] = [0, 0];
  let after: string[] | null = null;
  let atEnd = false;
  while (!atEnd && !signal.aborted) {
    const batch = { after, days, limit: batchSize };
    const result = await pruneBatch(connection, table, batch, isDryRun);
    seen += result.seen;
    pruned += result.pruned;
    after = result.last;
    atEnd = result.seen < batchSize;
    onProgress(pruned, estimate > 0 ? Math.min(1, seen / estimate) : undefined);
  }
  return { name: table.name, days, seen, pruned, stopped: !atEnd };
}
