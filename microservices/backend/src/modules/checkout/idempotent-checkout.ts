import { randomUUID } from 'node:crypto';
import type { RequestDatabase } from '../../db/connection.ts';
import { MAX_QUEUE_WAIT_MS } from '../../db/locks/lock-waits.ts';
import type { StoredResponse } from '../../http/stored-response.ts';
import {
  claimKey,
  completeClaim,
  findStoredResponse,
  releaseClaim,
} from '../../idempotency/idempotency.queries.ts';
import {
  type IdempotentRequest,
  keyInUse,
  replayOf,
} from '../../idempotency/idempotent-request.ts';
import type { Replayed } from '../../idempotency/with-idempotency.ts';
import type { CheckoutBody } from './checkout.schemas.ts';
import {
  type CheckoutResult,
  type CheckoutServices,
  checkout,
  voidPayment,
} from './checkout.service.ts';

/**
 * Time for a checkout beside its payment; most of it is for orders of the same products. The claim of a slower one
 * can be taken over; it then orders nothing.
 */
const SECONDS_BESIDE_PAYMENT = 5 + MAX_QUEUE_WAIT_MS / 1000;

/**
 * A checkout with an Idempotency-Key. It claims the key before it pays, so that a second request with the same
 * key pays nothing; the order and the stored response are one transaction. A claim left by a dead process is
 * taken over: its authorization is voided, and the fencing by order_id keeps its previous owner from ordering.
 *
 * @throws Problem 409 while another request works on the key, 422 if the key belongs to another request
 */
export async function idempotentCheckout(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutBody,
  idempotentRequest: IdempotentRequest,
  ifMatch: string | undefined,
  toResponse: (result: CheckoutResult) => StoredResponse,
): Promise<CheckoutResult | Replayed> {
  const { log } = database;
  const claim = { ...idempotentRequest, customerId: request.customer_id, orderId: randomUUID() };
  const seconds = Math.ceil(services.paymentTimeoutMs / 1000) + SECONDS_BESIDE_PAYMENT;
  const claimed = await claimKey(database, claim, seconds);
  if (!claimed) {
    const kept = await findStoredResponse(database, claim.customerId, claim);
    // The claim was released a moment ago.
    if (!kept) throw keyInUse();
    return { replayed: replayOf(idempotentRequest, kept) };
  }
  if (claimed.earlierOrderId) await voidPayment(services, claimed.earlierOrderId, log);
  try {
    const result = await checkout(database, services, request, {
      orderId: claim.orderId,
      ifMatch,
      keep: async (transaction, order) => {
        const answer = toResponse({ kind: 'ordered', order });
        if (!(await completeClaim(transaction, claim, answer))) throw keyInUse();
      },
    });
    if (result.kind === 'ordered') return result;
    const answer = toResponse(result);
    const isOurs =
      answer.status < 500
        ? await completeClaim(database, claim, answer)
        : await releaseClaim(database, claim);
    // The request that took the claim over may order, so this refusal would be no proof that there is no order.
    if (!isOurs) throw keyInUse();
    return result;
  } catch (error) {
    // So that a retry need not wait. If the order was committed after all, so was its response.
    await releaseClaim(database, claim).catch((failure: unknown) => {
      log.warn({ err: failure }, 'a claim was not released; it will be taken over');
    });
    throw error;
  }
}
