import type { FastifyReply } from 'fastify';
import type { Transaction } from '../db/connection.ts';
import { type StoredResponse, sendStored } from '../http/stored-response.ts';
import { findStoredResponse, lockKey, storeResponse } from './idempotency.queries.ts';
import { type IdempotentRequest, replayOf } from './idempotent-request.ts';

/** The stored response to the same request. */
export interface Replayed {
  readonly replayed: StoredResponse;
}

/**
 * Does the work of a transaction and stores its response, unless one is stored for the key already.
 * Cart batches and the order statement do the same within their own statements.
 *
 * @param idempotentRequest undefined without a key: nothing is looked up or kept
 * @throws Problem 422 if the key belongs to another request
 */
export async function withIdempotency<Value>(
  transaction: Transaction,
  customerId: string,
  idempotentRequest: IdempotentRequest | undefined,
  work: () => Promise<Value>,
  toResponse: (value: Value) => StoredResponse,
): Promise<Value | Replayed> {
  if (!idempotentRequest) return work();
  await lockKey(transaction, customerId, idempotentRequest);
  const kept = await findStoredResponse(transaction, customerId, idempotentRequest);
  if (kept) return { replayed: replayOf(idempotentRequest, kept) };
  const value = await work();
  await storeResponse(transaction, customerId, idempotentRequest, toResponse(value));
  return value;
}

/** Sends a stored response; the header tells the client that it is a replay. */
export const sendReplay = (reply: FastifyReply, response: StoredResponse): FastifyReply =>
  sendStored(reply.header('idempotency-replayed', 'true'), response);
