import { decodeJwt, errors } from 'jose';
import type { IdentityConfig } from '../../config/config.ts';
import type { Customer } from './customer.ts';
import { isGuestId } from './guest-id.ts';
import {
  GUEST_ISSUER,
  type GuestSession,
  type GuestTokenKeys,
  signGuestToken,
  verifyGuestToken,
} from './guest-tokens.ts';
import { createOidcVerifier } from './oidc.ts';
import { hasStaffRole } from './staff.ts';
import { requireSubject } from './subject.ts';
import { VerifiedTokens } from './verified-tokens.ts';

export interface TokenService {
  /** A token for a new guest, or a new token for a known guest. */
  issueGuestToken(customerId?: string): Promise<GuestSession>;
  /** Whose token this is; `null` if it is forged, expired or for another audience. Synchronous if it is cached. */
  verify(token: string): Customer | Promise<Customer | null>;
  /** The same for tokens that are exchanged, not used: a guest's may have expired within the grace period. */
  verifyWithGrace(token: string): Promise<Customer | null>;
}

export function createTokenService(
  config: IdentityConfig,
  guestTokenKeys: GuestTokenKeys,
): TokenService {
  const verifySignedIn = config.oidc ? createOidcVerifier(config.oidc) : undefined;
  const verified = new VerifiedTokens();

  async function verifyCustomer(token: string, exp: number): Promise<Customer | null> {
    if (!verifySignedIn) return null;
    const payload = await verifySignedIn(token);
    const customerId = requireSubject(payload.sub);
    if (isGuestId(customerId)) return null;
    const renewAtMs = Number.POSITIVE_INFINITY;
    const isStaff = hasStaffRole(payload, config.staff);
    return { customerId, kind: 'signed-in', expiresAtMs: exp * 1000, renewAtMs, isStaff };
  }

  async function verifyToken(token: string, graceSeconds: number): Promise<Customer | null> {
    try {
      const { iss, exp = 0 } = decodeJwt(token);
      return iss === GUEST_ISSUER
        ? await verifyGuestToken(token, guestTokenKeys, config, graceSeconds)
        : await verifyCustomer(token, exp);
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  async function verifyUnknown(token: string): Promise<Customer | null> {
    const customer = await verifyToken(token, 0);
    if (customer) verified.keep(token, customer);
    return customer;
  }

  return {
    issueGuestToken: (customerId) => signGuestToken(guestTokenKeys, config, customerId),
    verify: (token) => verified.get(token) ?? verifyUnknown(token),
    verifyWithGrace: async (token) =>
      verified.get(token) ?? verifyToken(token, config.guestTokenGraceSeconds),
  };
}
