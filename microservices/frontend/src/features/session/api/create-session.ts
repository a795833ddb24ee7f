import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { unwrap } from '../../../shared/api/read-body.ts';

/** Opens a guest session, or goes on with the one in the cookie if that is still good. */
function createSession() {
  return unwrap(api.POST('/api/v1/sessions'));
}

/** A POST kept as a query: it may be repeated freely, and all of the page shares its answer. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: createSession,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  // Whatever needs a session repeats its own call; repeating here too would multiply the waiting.
  retry: false,
  // Each session is an object of its own, by which a renewed one is told from a refused one.
  structuralSharing: false,
});
