import { queryOptions } from '@tanstack/react-query';
import { bearerToken, setBearerToken } from '../../../shared/api/bearer.ts';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { SESSION } from '../../../shared/api/shapes.ts';
import type { Session } from '../../../shared/api/types.ts';
import { attempt } from '../../../shared/lib/attempt.ts';
import { exclusively } from './exclusively.ts';

/** Opens a guest session, or continues the one in the cookie if it can still be continued. */
export async function createSession(): Promise<Session> {
  const session = await exclusively(() => readBody(api.POST('/api/v1/sessions'), SESSION));
  if (bearerToken() !== undefined || keepsNoCookies()) setBearerToken(session.token);
  return session;
}

const keepsNoCookies = (): boolean => attempt(() => navigator.cookieEnabled) === false;

/** A query although it is a POST: it is idempotent, and the whole page shares its response. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: createSession,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  // Each caller retries its own request; retries here would multiply the delay.
  retry: false,
  // Keeps each session a new object, so that identity tells a renewed session from an expired one.
  structuralSharing: false,
});
