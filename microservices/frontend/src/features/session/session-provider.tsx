import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { ApiError } from '../../shared/api/api-error.ts';
import type { Session } from '../../shared/api/types.ts';
import { SessionContext } from '../../shared/session-context.ts';
import { sessionQuery } from './api/create-session.ts';

/** Opens the session at once, without holding up the page: the catalogue needs none. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const customerId = useQuery(sessionQuery).data?.customer_id;
  const session = useMemo(
    () => ({
      customerId,
      asCustomer: <Result,>(call: (customerId: string) => Promise<Result>) =>
        asCustomer(queryClient, call),
    }),
    [customerId, queryClient],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

async function asCustomer<Result>(
  queryClient: QueryClient,
  call: (customerId: string) => Promise<Result>,
): Promise<Result> {
  const session = await queryClient.ensureQueryData(sessionQuery);
  try {
    return await call(session.customer_id);
  } catch (error) {
    if (!isRefused(error)) throw error;
    const renewed = await renew(queryClient, session);
    return call(renewed.customer_id);
  }
}

/** Several calls may be refused at once: the first renews, the others use what it got. */
async function renew(queryClient: QueryClient, refused: Session): Promise<Session> {
  const current = queryClient.getQueryData(sessionQuery.queryKey);
  if (current && current !== refused) return current;
  const renewed = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
  if (renewed.customer_id !== refused.customer_id) forgetCustomer(queryClient);
  return renewed;
}

/** What is on the page was another customer's: read it again, except for what is being read. */
function forgetCustomer(queryClient: QueryClient): void {
  const [sessionKey] = sessionQuery.queryKey;
  void queryClient.invalidateQueries(
    { predicate: (query) => query.queryKey[0] !== sessionKey },
    { cancelRefetch: false },
  );
}

function isRefused(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}
