import type { RequestDatabase, Transaction } from '../../db/connection.ts';
import { customerScope } from '../../db/locks/lock-scope.ts';
import { commit, inTransaction } from '../../db/transaction.ts';
import { Problem } from '../../http/problem.ts';
import { findStoredResponse, releaseClaim } from '../../idempotency/idempotency.queries.ts';
import { type IdempotentRequest, keyInUse, replayOf } from '../../idempotency/idempotent-request.ts';
import { type Replayed, withIdempotency } from '../../idempotency/with-idempotency.ts';
import { isPending } from '../orders/engine/pending-order.queries.ts';
import {
  type CheckoutRequest,
  type CheckoutResult,
  type CheckoutServices,
  checkout,
} from './checkout.service.ts';

/**
 * A checkout with an Idempotency-Key. The key is written with the order, and the response with its settlement. A key
 * without a response belongs to an order that waits for its payment, or that was given up: then the key is free.
 *
 * @throws Problem 409 while another request works on the key, 422 if the key belongs to another request
 */
export async function idempotentCheckout(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
  idempotentRequest: IdempotentRequest,
): Promise<CheckoutResult | Replayed> {
  const { customer_id: customerId } = request.body;
  try {
    const result = await checkout(database, services, request);
    if (result.kind === 'ordered' || isSettled(result)) return result;
    return await keepRefusal(database, customerId, idempotentRequest, request, result);
  } catch (error) {
    if (!(error instanceof Problem && MAY_BE_A_REPLAY.has(error.code))) throw error;
    const kept = await findStoredResponse(database, customerId, idempotentRequest);
    if (!kept) throw error;
    if (kept.status !== null || kept.order_id === null)
      return { replayed: replayOf(idempotentRequest, kept) };
    if (await isPending(database, customerId, kept.order_id)) throw keyInUse();
    await releaseClaim(database, { ...idempotentRequest, customerId, orderId: kept.order_id });
    throw keyInUse();
  }
}

const MAY_BE_A_REPLAY: ReadonlySet<string> = new Set(['order-pending', 'idempotency-key-in-use']);

/** Whether the response was kept with the settlement. */
const isSettled = ({ kind }: CheckoutResult): boolean => kind === 'payment-declined';

/** A refusal before anything was placed; if the key has a response already, that one is sent. */
function keepRefusal(
  database: RequestDatabase,
  customerId: string,
  idempotentRequest: IdempotentRequest,
  { toResponse }: CheckoutRequest,
  result: CheckoutResult,
): Promise<CheckoutResult | Replayed> {
  const work = async (transaction: Transaction) =>
    commit(
      await withIdempotency(
        transaction,
        customerId,
        idempotentRequest,
        async () => result,
        toResponse,
      ),
    );
  return inTransaction(database, work, [customerScope(customerId)]);
}
