import { randomUUID } from 'node:crypto';
import { GUEST_PREFIX } from './guest-prefix.ts';

export const newGuestId = (): string => GUEST_PREFIX + randomUUID();

/** Reserved for guests: an OIDC issuer that returned such an id would give access to a guest's cart. */
export const isGuestId = (customerId: string): boolean => customerId.startsWith(GUEST_PREFIX);
