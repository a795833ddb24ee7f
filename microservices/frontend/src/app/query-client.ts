import { QueryClient } from '@tanstack/react-query';
import { ApiError, isOutage } from '../shared/api/api-error.ts';

/** One retry covers a restart; in a longer outage the shopper should see the error soon. */
const MAX_RETRIES = 1;
const MAX_RETRY_DELAY_MS = 2_000;

/** Retries reads when the API is unreachable or rate-limited; other refusals are final. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Run when offline too, so that the shopper sees an error instead of waiting.
        networkMode: 'always',
        retry: (failures, error) => failures < MAX_RETRIES && isTransient(error),
        retryDelay: (failures, error) => retryDelayMs(failures, error),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

function isTransient(error: unknown): boolean {
  return isOutage(error) || (error instanceof ApiError && error.status === 429);
}

function retryDelayMs(failures: number, error: unknown): number {
  const retryAfter = error instanceof ApiError ? error.retryAfterSeconds : undefined;
  return Math.min(
    retryAfter === undefined ? 300 * 2 ** failures : retryAfter * 1000,
    MAX_RETRY_DELAY_MS,
  );
}
