import type { RequestDatabase } from '../../../db/connection.ts';
import { commit, inTransaction } from '../../../db/transaction.ts';
import type { Settlement } from '../../orders/engine/order-engine.queries.ts';
import { settleOrder } from './settle-order.ts';
import { noteVoided } from './settlement.queries.ts';
import type { SettlementServices } from './settlement-services.ts';
import { withinTime } from './within-time.ts';

/** A customer waits for the response. */
const MAX_VOID_MS = 2000;

type Services = Pick<SettlementServices, 'orders' | 'payments'>;

/**
 * Gives up an order of which nobody knows whether its provider has the money. Settling decides, voiding follows: a
 * payment that was voided first could be that of an order which somebody settles as paid. What the provider does not
 * void now, a worker voids later.
 *
 * @returns false if it was not waiting any more
 */
export async function giveUpOrder(
  database: RequestDatabase,
  services: Services,
  settlement: Pick<
    Settlement,
    'customerId' | 'orderId' | 'status' | 'reason' | 'actor' | 'response' | 'productIds'
  >,
): Promise<boolean> {
  const isGivenUp = await settleOrder(database, services, {
    ...settlement,
    paymentStatus: 'pending',
    reference: null,
  });
  if (!isGivenUp) return false;
  const { customerId, orderId } = settlement;
  const voiding = voidPayment(database, services, customerId, orderId);
  await withinTime(voiding, MAX_VOID_MS).catch((error: unknown) => {
    database.log.warn(
      { err: error, order_id: orderId },
      'a payment is not voided yet; a worker will',
    );
  });
  return true;
}

/** @throws what the provider, or the database, fails with */
export async function voidPayment(
  database: RequestDatabase,
  { payments }: Pick<SettlementServices, 'payments'>,
  customerId: string,
  orderId: string,
): Promise<void> {
  await payments.void(orderId);
  await inTransaction(database, async (transaction) =>
    commit(await noteVoided(transaction, customerId, orderId)),
  );
}
