import { Loop } from '../../../background/loop.ts';
import type { RequestDatabase } from '../../../db/connection.ts';
import { levelStock } from './level-stock.ts';
import { reportLowStock } from './low-stock.ts';
import { lookOverStock } from './stock-upkeep.queries.ts';

/** Products in one look; the next ones follow at once. */
const LIMIT = 500;
/** A look reads all stock, so looks take a twentieth of the time at most, unless one takes seconds. */
const PAUSE_BY_DURATION = 20;
const MAX_PAUSE_MS = 30_000;

interface Options {
  readonly database: RequestDatabase;
  readonly pollMs: number;
  /** STOCK_LOW_AT. */
  readonly lowAt: number;
}

/** Looks over the stock of all buckets: reports shortages, and evens out. Any number of processes may do the same. */
export function startStockUpkeep({ database, pollMs, lowAt }: Options): Loop {
  let nextLookAt = 0;
  const step = async () => {
    const startedAt = performance.now();
    if (startedAt < nextLookAt) return false;
    const findings = await lookOverStock(database, { lowAt, limit: LIMIT });
    const endedAt = performance.now();
    nextLookAt = endedAt + Math.min(PAUSE_BY_DURATION * (endedAt - startedAt), MAX_PAUSE_MS);
    await reportLowStock(database, findings, lowAt);
    for (const { product_id, is_uneven } of findings)
      if (is_uneven) await levelStock(database, product_id);
    return false;
  };
  const failure = 'cannot look over the stock; trying again';
  return new Loop(step, { pollMs, log: database.log, failure });
}
