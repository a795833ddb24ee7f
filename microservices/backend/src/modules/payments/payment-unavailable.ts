import { Problem } from '../../http/problem.ts';

/**
 * For a question to the provider. Failures of the database keep their own problem.
 *
 * @throws Problem 503
 */
export function rethrowAsUnavailable(cause: unknown): never {
  if (cause instanceof Problem) throw cause;
  throw new Problem('payment-unavailable', {
    cause,
    detail: 'The payment provider cannot be asked right now. Try again shortly.',
  });
}
