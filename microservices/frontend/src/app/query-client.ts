import { QueryClient } from '@tanstack/react-query';
import { ApiError, isOutage } from '../shared/api/api-error.ts';

/** One: a restart is over by then, and in a longer outage the shopper should soon be told. */
const MAX_RETRIES = 1;
const MAX_WAIT_MS = 2_000;

/** Reads are repeated while the shop is away or busy; what the API has refused stays refused. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Offline, too, a shopper is told so rather than left waiting.
        networkMode: 'always',
        retry: (failures, error) => failures < MAX_RETRIES && isPassing(error),
        retryDelay: (failures, error) => waitMs(failures, error),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

function isPassing(error: unknown): boolean {
  return isOutage(error) || (error instanceof ApiError && error.status === 429);
}

function waitMs(failures: number, error: unknown): number {
  const asked = error instanceof ApiError ? error.retryAfterSeconds : undefined;
  return Math.min(asked === undefined ? 300 * 2 ** failures : asked * 1000, MAX_WAIT_MS);
}
