import { attempt } from '../lib/attempt.ts';
import { isRecord } from '../lib/is-record.ts';

/** Two attempts cover a restart; in a longer outage the shopper should see the error soon. */
const MAX_ATTEMPTS = 2;
/** More while another request with the same key is still running. */
const MAX_ATTEMPTS_KEY_IN_USE = 6;
const DEFAULT_DELAY_MS = 300;
const MAX_DELAY_MS = 2_000;
/** A connection that a phone has lost can hang for minutes. Longer than nginx waits for the backend. */
const TIMEOUT_MS = 22_000;
const KEY_HEADER = 'Idempotency-Key';

/** `fetch` that retries changes too: each carries an idempotency key, so a repeat takes effect only once. */
export async function fetchWithRetry(request: Request): Promise<Response> {
  if (request.method === 'GET') return fetchInTime(request);
  if (!request.headers.has(KEY_HEADER)) request.headers.set(KEY_HEADER, newIdempotencyKey());
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetchInTime(request.clone()).catch((error: unknown) => {
      if (attempt >= MAX_ATTEMPTS || request.signal.aborted) throw error;
      return undefined;
    });
    if (response && !(await isRetryable(response, attempt))) return response;
    await delay(response);
  }
}

/** Also ends a response whose body stops. */
function fetchInTime(request: Request): Promise<Response> {
  const controller = new AbortController();
  const abort = () => controller.abort(request.signal.reason);
  if (request.signal.aborted) abort();
  else request.signal.addEventListener('abort', abort);
  const late = () => controller.abort(new Error('The shop did not respond in time.'));
  setTimeout(late, TIMEOUT_MS);
  return fetch(request, { signal: controller.signal });
}

/** 16 random bytes in hex. `crypto.randomUUID` exists on secure origins only; a shop may be tried without TLS. */
export const newIdempotencyKey = (): string =>
  Array.from(randomBytes(), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A key must only differ from the customer's other keys, which `Math.random` is good enough for. */
function randomBytes(): Uint8Array {
  const bytes = attempt(() => crypto.getRandomValues(new Uint8Array(16)));
  return bytes ?? Uint8Array.from({ length: 16 }, () => Math.random() * 256);
}

/** Not 504: the payment provider has timed out, and the shopper decides whether to wait again. */
async function isRetryable(response: Response, attempt: number): Promise<boolean> {
  if (response.status === 502 || response.status === 503) return attempt < MAX_ATTEMPTS;
  if (response.status !== 409 || attempt >= MAX_ATTEMPTS_KEY_IN_USE) return false;
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return isRecord(problem) && problem.code === 'idempotency-key-in-use';
}

function delay(response: Response | undefined): Promise<void> {
  const seconds = Number(response?.headers.get('Retry-After') ?? Number.NaN);
  const ms = seconds >= 0 ? Math.min(seconds * 1000, MAX_DELAY_MS) : DEFAULT_DELAY_MS;
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
