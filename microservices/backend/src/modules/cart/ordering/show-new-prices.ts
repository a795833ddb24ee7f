import type { RequestDatabase, Transaction } from '../../../db/connection.ts';
import { customerScope } from '../../../db/locks/lock-scope.ts';
import { commit, inTransaction } from '../../../db/transaction.ts';
import { adoptPrices, lockCart } from './cart-ordering.queries.ts';

/** The refused customer has been told the new prices, so the cart shows them from now on. */
export async function showNewPrices(
  database: RequestDatabase,
  { hub }: { readonly hub: { publishUnread(customerId: string): void } },
  customerId: string,
): Promise<void> {
  const work = async (transaction: Transaction) => {
    await lockCart(transaction, customerId);
    return commit(await adoptPrices(transaction, customerId));
  };
  try {
    await inTransaction(database, work, [customerScope(customerId)]);
    hub.publishUnread(customerId);
  } catch (error) {
    // The refusal stands; the cart shows them after the next one.
    database.log.warn({ err: error }, 'the new prices were not put on the cart');
  }
}
