import { api } from '../../../shared/api/client.ts';
import type { CheckoutResponse } from '../attempt/judge-response.ts';
import type { OrderAttempt } from '../attempt/order-attempt.ts';

/** Longer than a proxy waits for a checkout. */
const TIMEOUT_MS = 30_000;

/**
 * Sends the attempt once. It does not retry: a retry would hide that an earlier request may have made the order.
 *
 * @returns undefined without a complete response
 */
export async function sendCheckout(
  { body, key }: OrderAttempt,
  signal: AbortSignal,
): Promise<CheckoutResponse | undefined> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, TIMEOUT_MS);
  signal.addEventListener('abort', abort);
  try {
    const { data, error, response } = await api.POST('/api/v1/cart/checkout', {
      body,
      headers: { 'Idempotency-Key': key },
      fetch: (request) => fetch(request),
      signal: controller.signal,
    });
    const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
    return {
      status: response.status,
      contentType: response.headers.get('Content-Type') ?? '',
      body: data ?? error,
      ...(retryAfter >= 0 ? { retryAfterSeconds: retryAfter } : {}),
    };
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
