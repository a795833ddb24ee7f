import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, RequestDatabase } from '../../../db/connection.ts';
import { Problem } from '../../../http/problem.ts';
import { completeClaim, findStoredResponse } from '../../../idempotency/idempotency.queries.ts';
import { replayOf } from '../../../idempotency/idempotent-request.ts';
import type { Replayed } from '../../../idempotency/with-idempotency.ts';
import type { Settlement } from '../../orders/engine/order-engine.queries.ts';
import { isPending } from '../../orders/engine/pending-order.queries.ts';
import type { Order } from '../../orders/orders.schemas.ts';
import type { CheckoutRequest, CheckoutResult } from '../checkout-request.ts';
import type { SettlementServices } from './settlement-services.ts';

/** While somebody writes the cart. */
const MAX_TRIES = 100;
const MAX_PAUSE_MS = 50;

/** @returns whether the order was waiting for it */
export async function settleOrder(
  database: RequestDatabase,
  { orders }: Pick<SettlementServices, 'orders'>,
  settlement: Settlement,
): Promise<boolean> {
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    if (await orders.settle(database, settlement)) return true;
    if (!(await isPending(database, settlement.customerId, settlement.orderId))) return false;
    await sleep(Math.random() * MAX_PAUSE_MS);
  }
  throw new Problem('database-busy', { retryAfterSeconds: 1 });
}

/** Failures of our own (5xx) are not kept, so that the request can be tried again with its key. */
export function responseTo(
  request: CheckoutRequest,
  result: CheckoutResult,
): Settlement['response'] {
  if (!request.idempotentRequest) return undefined;
  const stored = request.toResponse(result);
  return stored.status < 500 ? { key: request.idempotentRequest.key, stored } : undefined;
}

/**
 * Stores the response to a checkout whose order is settled, or waits, without it. If another request with the same key
 * was faster, its response is everybody's.
 */
export async function keepResponseTo(
  connection: Connection,
  request: CheckoutRequest,
  { customer_id: customerId, order_id: orderId }: Order,
  result: CheckoutResult,
): Promise<CheckoutResult | Replayed> {
  const { idempotentRequest } = request;
  const response = responseTo(request, result);
  if (!idempotentRequest || !response) return result;
  const claim = { customerId, orderId, key: response.key };
  if (await completeClaim(connection, claim, response.stored)) return result;
  const kept = await findStoredResponse(connection, customerId, idempotentRequest);
  return kept?.order_id === orderId ? { replayed: replayOf(idempotentRequest, kept) } : result;
}
