import type { RequestDatabase, Transaction } from '../../db/connection.ts';
import { customerScope } from '../../db/locks/lock-scope.ts';
import { commit, inTransaction } from '../../db/transaction.ts';
import { Problem } from '../../http/problem.ts';
import { findStoredResponse } from '../../idempotency/idempotency.queries.ts';
import {
  type IdempotentRequest,
  keyInUse,
  replayOf,
} from '../../idempotency/idempotent-request.ts';
import { type Replayed, withIdempotency } from '../../idempotency/with-idempotency.ts';
import { checkout } from './checkout.service.ts';
import type { CheckoutRequest, CheckoutResult, CheckoutServices } from './checkout-request.ts';
import { resumeOrder } from './pending-order.ts';

/** The second after the first has found an order that was never paid. */
const ATTEMPTS = 2;

/**
 * A checkout with an Idempotency-Key. The key is written with the order, and the response with its settlement. A key
 * without a response belongs to an order that waits for its payment.
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
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      const result = await checkout(database, services, request);
      return await keepRefusal(database, idempotentRequest, request, result);
    } catch (error) {
      if (!isAboutAnotherRequest(error)) throw error;
      const kept = await findStoredResponse(database, customerId, idempotentRequest);
      if (!kept) {
        if (error.code === 'order-pending') throw error;
        continue;
      }
      const isClaim = kept.status === null && kept.fingerprint === idempotentRequest.fingerprint;
      if (!isClaim || kept.order_id === null)
        return { replayed: replayOf(idempotentRequest, kept) };
      const resumed = await resumeOrder(database, services, request, kept.order_id);
      if (resumed) return resumed;
    }
  }
  throw keyInUse();
}

/** Stored with the order, or failures of our own. */
const STORED_OR_NOT_TO_STORE: ReadonlySet<CheckoutResult['kind']> = new Set([
  'ordered',
  'awaiting-payment',
  'payment-declined',
  'payment-timeout',
  'payment-unavailable',
]);

const isAboutAnotherRequest = (error: unknown): error is Problem =>
  error instanceof Problem &&
  (error.code === 'order-pending' || error.code === 'idempotency-key-in-use');

/**
 * Stores a refusal of an order that was not placed; if the key has a response already, that one is sent. Other results
 * were stored with the settlement, and failures of our own are not stored, so that they can be tried again.
 */
async function keepRefusal(
  database: RequestDatabase,
  idempotentRequest: IdempotentRequest,
  { body, toResponse }: CheckoutRequest,
  result: CheckoutResult | Replayed,
): Promise<CheckoutResult | Replayed> {
  if ('replayed' in result || STORED_OR_NOT_TO_STORE.has(result.kind)) return result;
  const { customer_id: customerId } = body;
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
