import { randomUUID } from 'node:crypto';

const PREFIX = 'guest_';

export const newGuestId = (): string => PREFIX + randomUUID();

/** Reserved for guests: an OIDC issuer that returned such an id would give access to a guest's cart. */
export const isGuestId = (customerId: string): boolean => customerId.startsWith(PREFIX);
