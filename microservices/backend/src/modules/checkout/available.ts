import type { RequestDatabase } from '../../db/connection.ts';
import { sumStock } from '../inventory/bring-stock.ts';
import type { CheckoutLine } from './checkout.queries.ts';

/** The lines with what all buckets have, because a bucket that is short gets units of the others. */
export async function withStockOfAll(
  database: RequestDatabase,
  lines: readonly CheckoutLine[],
): Promise<readonly CheckoutLine[]> {
  if (database.buckets.count === 1 || lines.length === 0) return lines;
  const sums = await sumStock(
    database,
    lines.map(({ productId }) => productId),
  );
  return lines.map((line) =>
    line.isWithdrawn ? line : { ...line, available: sums.get(line.productId) ?? 0 },
  );
}

/** The lines of these products, with what is available of them. */
export const withAvailable = (
  lines: readonly CheckoutLine[],
  available: ReadonlyMap<string, number>,
): CheckoutLine[] =>
  lines.flatMap((line) => {
    const left = available.get(line.productId);
    return left === undefined ? [] : [{ ...line, available: left }];
  });
