import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';

/** Opens a guest session, or continues the one in the cookie if it is still valid. */
function createSession() {
  return readBody(api.POST('/api/v1/sessions'));
}

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
