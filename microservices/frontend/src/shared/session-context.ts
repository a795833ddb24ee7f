import { createContext, use } from 'react';

/**
 * Terminology
 *   session   who the shopper is to the API: a cookie that scripts cannot read, and a customer id.
 *   customer  whoever owns a cart. The id is opaque and changes when an expired session is replaced.
 */
export interface CustomerSession {
  /** Undefined until the API has answered for the first time. */
  readonly customerId: string | undefined;
  /** Calls the API for the current customer; opens a session first, renews it once if refused. */
  asCustomer<Result>(call: (customerId: string) => Promise<Result>): Promise<Result>;
}

export const SessionContext = createContext<CustomerSession | undefined>(undefined);

export function useSession(): CustomerSession {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider above it.');
  return session;
}
