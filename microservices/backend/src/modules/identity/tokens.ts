import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose';
import type { IdentityConfig } from '../../config/config.ts';
import type { Customer } from './customer.ts';
import { isGuestId, newGuestId } from './guest-id.ts';
import { createOidcVerifier } from './oidc.ts';
import { VerifiedTokens } from './verified-tokens.ts';

const ISSUER = 'carthub';

type Verified = Omit<Customer, 'expiresAtMs'>;

interface GuestSession {
  readonly customerId: string;
  readonly token: string;
  readonly expiresAt: Date;
}

export interface TokenService {
  /** A token for a new guest, or a new token for a known guest. */
  issueGuestToken(customerId?: string): Promise<GuestSession>;
  /** Whose token this is; `null` if it is forged, expired or for another audience. Synchronous if it is cached. */
  verify(token: string): Customer | Promise<Customer | null>;
}

export function createTokenService(
  config: IdentityConfig,
  guestTokenKey: Uint8Array,
): TokenService {
  const verifySignedIn = config.oidc ? createOidcVerifier(config.oidc) : undefined;

  const verified = new VerifiedTokens();

  async function verifyGuest(token: string): Promise<Verified> {
    const { payload } = await jwtVerify(token, guestTokenKey, {
      issuer: ISSUER,
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'exp'],
    });
    return { customerId: requireSubject(payload.sub), kind: 'guest' };
  }

  async function verifyCustomer(token: string): Promise<Verified | null> {
    if (!verifySignedIn) return null;
    const customerId = requireSubject(await verifySignedIn(token));
    return isGuestId(customerId) ? null : { customerId, kind: 'signed-in' };
  }

  async function verifyUnknown(token: string): Promise<Customer | null> {
    try {
      const { iss, exp = 0 } = decodeJwt(token);
      const subject = iss === ISSUER ? await verifyGuest(token) : await verifyCustomer(token);
      if (!subject) return null;
      const customer = { ...subject, expiresAtMs: exp * 1000 };
      verified.keep(token, customer);
      return customer;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  return {
    async issueGuestToken(customerId = newGuestId()) {
      const expiresAt = new Date(Date.now() + config.guestTokenTtlSeconds * 1000);
      const token = await new SignJWT()
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setSubject(customerId)
        .setIssuedAt()
        .setExpirationTime(expiresAt)
        .sign(guestTokenKey);
      return { customerId, token, expiresAt };
    },

    verify: (token) => verified.get(token) ?? verifyUnknown(token),
  };
}

function requireSubject(subject: string | undefined): string {
  if (!subject || subject.length > 255) {
    throw new errors.JWTInvalid('the subject must have 1 to 255 characters');
  }
  return subject;
}
