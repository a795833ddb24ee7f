import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { ApiError } from '../../shared/api/api-error.ts';
import type { Session } from '../../shared/api/types.ts';
import { SessionContext } from '../../shared/session-context.ts';
import { sessionQuery } from './api/create-session.ts';

/** Opens the session in parallel with the page: the catalog needs none. */
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
    if (!isUnauthorized(error)) throw error;
    const renewed = await renew(queryClient, session);
    return call(renewed.customer_id);
  }
}

/** Several calls can be refused at once: the first renews the session, the others use the new one. */
async function renew(queryClient: QueryClient, expired: Session): Promise<Session> {
  const current = queryClient.getQueryData(sessionQuery.queryKey);
  if (current && current !== expired) return current;
  const renewed = await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
  if (renewed.customer_id !== expired.customer_id) invalidateCustomerData(queryClient);
  return renewed;
}

/** The page shows another customer's data: reads it again, except for queries that are already running. */
function invalidateCustomerData(queryClient: QueryClient): void {
  const [sessionKey] = sessionQuery.queryKey;
  void queryClient.invalidateQueries(
    { predicate: (query) => query.queryKey[0] !== sessionKey },
    { cancelRefetch: false },
  );
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}
