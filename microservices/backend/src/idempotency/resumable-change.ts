/**
 * A change of an order that goes on after its transaction, because a payment provider has to be told. Its key is claimed
 * in the transaction and gets its response when all is done. A repetition meanwhile, or after the process has ended,
 * does the same once more: each part of it has an effect once only, and the first response that is stored is everybody's.
 */
import type { RequestDatabase, Transaction } from '../db/connection.ts';
import { customerScope } from '../db/locks/lock-scope.ts';
import { commit, inTransaction } from '../db/transaction.ts';
import type { Problem } from '../http/problem.ts';
import { problemResponse, type StoredResponse } from '../http/stored-response.ts';
import {
  claimKey,
  completeClaim,
  findStoredResponse,
  lockKey,
  storeResponse,
} from './idempotency.queries.ts';
import { type IdempotentRequest, replayOf } from './idempotent-request.ts';
import type { Replayed } from './with-idempotency.ts';

export interface ResumableChange {
  readonly customerId: string;
  readonly orderId: string;
  /** Undefined without a key: nothing is looked up or kept. */
  readonly idempotentRequest: IdempotentRequest | undefined;
  /**
   * Makes the change, or finds that it was made. May throw, and then nothing is stored.
   *
   * @returns why it is refused
   */
  begin(transaction: Transaction): Promise<Problem | undefined>;
  /** What follows, and the response. */
  finish(): Promise<StoredResponse>;
}

type Begun = Replayed | { readonly response: StoredResponse } | undefined;

/** @throws Problem 422 if the key belongs to another request */
export async function changeResumably(
  database: RequestDatabase,
  change: ResumableChange,
): Promise<StoredResponse | Replayed> {
  const scopes = [customerScope(change.customerId)];
  const begun = await inTransaction(
    database,
    async (tx) => commit(await begin(tx, change)),
    scopes,
  );
  if (begun) return 'replayed' in begun ? begun : begun.response;
  const response = await change.finish();
  const { idempotentRequest } = change;
  if (!idempotentRequest || response.status >= 500) return response;
  const claim = { ...idempotentRequest, customerId: change.customerId, orderId: change.orderId };
  if (await completeClaim(database, claim, response)) return response;
  const kept = await findStoredResponse(database, change.customerId, idempotentRequest);
  return kept ? { replayed: replayOf(idempotentRequest, kept) } : response;
}

async function begin(transaction: Transaction, change: ResumableChange): Promise<Begun> {
  const { customerId, orderId, idempotentRequest } = change;
  if (!idempotentRequest) return refusalOf(transaction, await change.begin(transaction));
  await lockKey(transaction, customerId, idempotentRequest);
  const kept = await findStoredResponse(transaction, customerId, idempotentRequest);
  const isClaim =
    kept?.status === null &&
    kept.order_id === orderId &&
    kept.fingerprint === idempotentRequest.fingerprint;
  if (kept && !isClaim) return { replayed: replayOf(idempotentRequest, kept) };
  const claim = { ...idempotentRequest, customerId, orderId };
  const refused = refusalOf(transaction, await change.begin(transaction));
  if (!refused) {
    if (!kept) await claimKey(transaction, claim);
  } else if (kept) await completeClaim(transaction, claim, refused.response);
  else await storeResponse(transaction, customerId, idempotentRequest, refused.response);
  return refused;
}

const refusalOf = ({ requestId }: Transaction, problem: Problem | undefined) =>
  problem && { response: problemResponse(problem, requestId) };
