import { createContext, use } from 'react';

/**
 * Terminology
 *   session   the shopper's identity for the API: an HttpOnly cookie and a customer id.
 *   customer  the owner of a cart. The id is opaque. A renewed session has the same customer; a replaced one,
 *             after cookies were cleared or a session has ended for good, has another.
 */
export interface CustomerSession {
  /** Undefined until the session is open. */
  readonly customerId: string | undefined;
  /** The browser keeps no cookies: the session lasts as long as the page. */
  readonly isCookieless: boolean;
  /** The last replacement that the shopper should hear of. */
  readonly replacement: SessionReplacement | undefined;
  /**
   * Calls the API for the current customer. Opens a session first, and renews it once after a 401 or 403.
   *
   * @throws ApiError `session-replaced` instead of a repeat for another customer, with `repeat: 'same-customer'`
   */
  asCustomer<Result>(
    call: (customerId: string) => Promise<Result>,
    options?: CallOptions,
  ): Promise<Result>;
  /** Registers what has to move to a new customer before anything else happens there. @returns unregisters */
  onReplace(carryOver: CarryOver): () => void;
}

export interface CallOptions {
  /** A purchase must not be repeated for another customer: the first may have had its order. @default any-customer */
  readonly repeat?: 'any-customer' | 'same-customer';
}

/** @returns whether everything could be moved; undefined if there was nothing */
export type CarryOver = (from: string, to: string) => Promise<boolean | undefined>;

export interface SessionReplacement {
  /** Whether the shopper kept everything. */
  readonly isComplete: boolean;
}

export const SessionContext = createContext<CustomerSession | undefined>(undefined);

export function useSession(): CustomerSession {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider above it.');
  return session;
}
