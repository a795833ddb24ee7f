import { createContext, use } from 'react';

/**
 * Terminology
 *   session   the shopper's identity for the API: an HttpOnly cookie and a customer id.
 *   customer  the owner of a cart. The id is opaque and changes when an expired session is replaced.
 */
export interface CustomerSession {
  /** Undefined until the session is open. */
  readonly customerId: string | undefined;
  /** Calls the API for the current customer. Opens a session first, and renews it once after a 401 or 403. */
  asCustomer<Result>(call: (customerId: string) => Promise<Result>): Promise<Result>;
}

export const SessionContext = createContext<CustomerSession | undefined>(undefined);

export function useSession(): CustomerSession {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider above it.');
  return session;
}
