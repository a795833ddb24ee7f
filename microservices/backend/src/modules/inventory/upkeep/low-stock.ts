import type { RequestDatabase, Transaction } from '../../../db/connection.ts';
import { commit, inTransaction } from '../../../db/transaction.ts';
import { addEvents } from '../../../events/add-events.queries.ts';
import { addLow, type Finding, removeLow } from './stock-upkeep.queries.ts';

/**
 * Reports each product of which few units are left, once until there are more again. The function that places orders
 * cannot: it knows the units of one bucket only.
 */
export async function reportLowStock(
  database: RequestDatabase,
  findings: readonly Finding[],
  threshold: number,
): Promise<void> {
  const changed = findings.filter(({ is_few, was_few }) => is_few !== was_few);
  const bucketOf = ({ product_id }: Finding) => database.buckets.of(product_id);
  for (const bucket of new Set(changed.map(bucketOf))) {
    const products = changed.filter((finding) => bucketOf(finding) === bucket);
    const more = products.filter(({ is_few }) => !is_few).map(({ product_id }) => product_id);
    if (more.length > 0) await removeLow(database, bucket, more);
    const few = new Map(
      products.filter(({ is_few }) => is_few).map(({ product_id, free }) => [product_id, free]),
    );
    if (few.size > 0) await report(database, bucket, few, threshold);
  }
}

/** @param few free units by product, in the order of the products: two workers must not deadlock */
const report = (
  database: RequestDatabase,
  bucket: number,
  few: ReadonlyMap<string, number>,
  threshold: number,
): Promise<void> =>
  inTransaction(database, async (transaction: Transaction) => {
    const added = await addLow(transaction, bucket, [...few.keys()]);
    const events = added.map((product_id) => ({
      type: 'stock.low' as const,
      aggregate: `stock/${product_id}`,
      data: { product_id, available: few.get(product_id) ?? 0, threshold },
    }));
    if (events.length > 0) await addEvents(transaction, bucket, events);
    return commit(undefined);
  });
