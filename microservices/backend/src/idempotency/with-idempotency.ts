import type { Transaction } from '../db/connection.ts';
import type { Answer } from '../http/stored-response.ts';
import { findAnswers, keepAnswer, lockKey } from './idempotency.queries.ts';
import { type Keyed, replayOf } from './idempotent-request.ts';

/** What was answered to the same request before. */
export interface Replayed {
  readonly replayed: Answer;
}

/**
 * Does the work of a transaction, unless its key was answered before; then it keeps the answer.
 *
 * @param keyed undefined without a key: nothing is looked up or kept
 * @throws Problem 422 if the key belongs to another request
 */
export async function once<Value>(
  transaction: Transaction,
  customerId: string,
  keyed: Keyed | undefined,
  work: () => Promise<Value>,
  toAnswer: (value: Value) => Answer,
): Promise<Value | Replayed> {
  if (!keyed) return work();
  await lockKey(transaction, customerId, keyed);
  const [kept] = await findAnswers(transaction, [[customerId, keyed.key]]);
  if (kept) return { replayed: replayOf(keyed, kept) };
  const value = await work();
  await keepAnswer(transaction, customerId, keyed, toAnswer(value));
  return value;
}
