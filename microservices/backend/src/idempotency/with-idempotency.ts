import type { Transaction } from '../db/connection.ts';
import type { StoredResponse } from '../http/stored-response.ts';
import { findStoredResponses, lockKey, storeResponse } from './idempotency.queries.ts';
import { type IdempotentRequest, replayOf } from './idempotent-request.ts';

/** What was answered to the same request before. */
export interface Replayed {
  readonly replayed: StoredResponse;
}

/**
 * Does the work of a transaction, unless its key was answered before; then it keeps the answer.
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
  const [kept] = await findStoredResponses(transaction, [[customerId, idempotentRequest.key]]);
  if (kept) return { replayed: replayOf(idempotentRequest, kept) };
  const value = await work();
  await storeResponse(transaction, customerId, idempotentRequest, toResponse(value));
  return value;
}
