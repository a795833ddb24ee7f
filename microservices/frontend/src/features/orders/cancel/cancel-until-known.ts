import { type ApiError, hasCode, isOutage, UNKNOWN_CODE } from '../../../shared/api/api-error.ts';
import { backOffMs, wait } from '../../../shared/lib/wait.ts';

interface CancelParts<Result> {
  /** Sends the request, each time with the same key. */
  readonly send: () => Promise<Result>;
  /** Nobody knows whether the order is cancelled. */
  readonly onDoubt: () => void;
  /** Ends the repetitions. */
  readonly signal: AbortSignal;
  /** Its event `wake` repeats at once. */
  readonly wake: EventTarget;
}

/**
 * Repeats the request until a response proves that the order is cancelled, or is not.
 *
 * @throws ApiError the refusal
 * @returns undefined if it was ended before
 */
export async function cancelUntilKnown<Result>(
  parts: CancelParts<Result>,
): Promise<Result | undefined> {
  const { send, onDoubt, signal, wake } = parts;
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      return await send();
    } catch (error) {
      if (!isDoubtful(error)) throw error;
      if (signal.aborted) return undefined;
      onDoubt();
      await wait(backOffMs(failures, error.retryAfterSeconds), signal, wake);
    }
  }
  return undefined;
}

/** No response, one of a proxy, or one that says that the shop is still at it. */
const isDoubtful = (error: unknown): error is ApiError =>
  isOutage(error) ||
  hasCode(error, UNKNOWN_CODE, 'rate-limited', 'idempotency-key-in-use', 'payment-pending');
