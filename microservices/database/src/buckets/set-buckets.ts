import { type Connection, inTransaction } from '../database/connection.ts';
import { prepareTransaction, type Timeouts } from '../migrations/history.queries.ts';
import {
  allotPromotions,
  allotStocks,
  lockShop,
  readShop,
  replaceBuckets,
} from './buckets.queries.ts';

export type BucketsResult =
  | { readonly outcome: 'set' | 'kept' }
  | { readonly outcome: 'refused'; readonly problem: string };

/**
 * Gives a shop without customers this many buckets, and allots stock and limits of promotions to them. Refused if there
 * are customers: their rows are found by a hash of the id modulo the number of buckets.
 */
export function setBuckets(
  connection: Connection,
  buckets: number,
  timeouts: Timeouts,
): Promise<BucketsResult> {
  return inTransaction<BucketsResult>(
    connection,
    async () => {
      await prepareTransaction(connection, timeouts);
      await lockShop(connection);
      const shop = await readShop(connection);
      if (shop.buckets === buckets) return { outcome: 'kept' };
      if (shop.hasCustomers) return { outcome: 'refused', problem: problemOf(shop.buckets) };
      await replaceBuckets(connection, buckets);
      await allotStocks(connection);
      await allotPromotions(connection);
      return { outcome: 'set' };
    },
    { isKept: ({ outcome }) => outcome === 'set' },
  );
}

const problemOf = (buckets: number): string =>
  `The database has ${formatBuckets(buckets)} and customers. Their rows are found by the ` +
  'number of buckets, so it cannot change any more: keep it, or begin with a new database.';

export const formatBuckets = (buckets: number): string =>
  `${buckets} ${buckets === 1 ? 'bucket' : 'buckets'}`;
