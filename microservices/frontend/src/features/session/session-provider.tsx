import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { bearerToken } from '../../shared/api/bearer.ts';
import {
  type CustomerSession,
  SessionContext,
  type SessionReplacement,
} from '../../shared/session-context.ts';
import { sessionQuery } from './api/create-session.ts';
import { SessionKeeper } from './session-keeper.ts';

/** Opens the session in parallel with the page: the catalog needs none. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const customerId = useQuery(sessionQuery).data?.customer_id;
  const [replacement, setReplacement] = useState<SessionReplacement>();
  const [keeper] = useState(() => new SessionKeeper(queryClient, setReplacement));
  const session = useMemo<CustomerSession>(
    () => ({
      customerId,
      // Changes with the customer only: a browser without cookies shows itself by another customer.
      isCookieless: customerId !== undefined && bearerToken() !== undefined,
      replacement,
      asCustomer: (call, options) => keeper.asCustomer(call, options),
      onReplace: (carryOver) => keeper.onReplace(carryOver),
    }),
    [customerId, replacement, keeper],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}
