import { afterEach, expect, test, vi } from 'vitest';
import { fetchWithRetry } from '../src/shared/api/fetch-with-retry.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A connection on which nothing arrives. */
function hang() {
  return vi.spyOn(window, 'fetch').mockImplementation(
    (_request, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      }),
  );
}

test.for([
  ['GET', 1],
  ['POST', 2],
] as const)('a %s on a connection that hangs fails after %d tries', async ([method, tries]) => {
  vi.useFakeTimers();
  const fetch = hang();
  const failed = fetchWithRetry(new Request('/api/v1/sessions', { method })).catch((e) => e);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await failed).toMatchObject({ message: 'The shop did not respond in time.' });
  expect(fetch).toHaveBeenCalledTimes(tries);
});

test.for(['before', 'after'])('a caller that aborts %s the request ends it', async (when) => {
  const fetch = hang();
  const controller = new AbortController();
  if (when === 'before') controller.abort();
  const failed = fetchWithRetry(
    new Request('/api/v1/products', { signal: controller.signal }),
  ).catch((e) => e);
  controller.abort();
  if (when === 'after') expect(await failed).toMatchObject({ name: 'AbortError' });
  else expect(fetch.mock.calls[0]?.[1]?.signal?.aborted).toBe(true);
});
