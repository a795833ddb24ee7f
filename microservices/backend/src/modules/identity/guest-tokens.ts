import { errors, jwtVerify, SignJWT } from 'jose';
import type { IdentityConfig } from '../../config/config.ts';
import type { Customer } from './customer.ts';
import { newGuestId } from './guest-id.ts';
import { requireSubject } from './subject.ts';

export const GUEST_ISSUER = 'carthub';

/** HMAC-SHA-256 keys. The first signs; tokens of all are accepted, so that a key can be replaced. */
export type GuestTokenKeys = readonly [current: Uint8Array, ...previous: Uint8Array[]];

export interface GuestSession {
  readonly customerId: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** @throws JOSEError for a token that is forged, or expired for longer than `graceSeconds` */
export async function verifyGuestToken(
  token: string,
  keys: GuestTokenKeys,
  { guestTokenTtlSeconds }: IdentityConfig,
  graceSeconds: number,
): Promise<Customer> {
  const [payload, isCurrent] = await verifySignature(token, keys, graceSeconds);
  const expiresAtMs = (payload.exp ?? 0) * 1000;
  return {
    customerId: requireSubject(payload.sub),
    kind: 'guest',
    expiresAtMs,
    renewAtMs: isCurrent ? expiresAtMs - (guestTokenTtlSeconds * 1000) / 2 : 0,
    isStaff: false,
  };
}

async function verifySignature(token: string, keys: GuestTokenKeys, graceSeconds: number) {
  for (const [index, key] of keys.entries()) {
    try {
      const { payload } = await jwtVerify(token, key, {
        issuer: GUEST_ISSUER,
        algorithms: ['HS256'],
        requiredClaims: ['sub', 'exp'],
        clockTolerance: graceSeconds,
      });
      return [payload, index === 0] as const;
    } catch (error) {
      const isOther = error instanceof errors.JWSSignatureVerificationFailed;
      if (!isOther || index === keys.length - 1) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

export async function signGuestToken(
  [key]: GuestTokenKeys,
  { guestTokenTtlSeconds }: IdentityConfig,
  customerId = newGuestId(),
): Promise<GuestSession> {
  const expiresAt = new Date(Date.now() + guestTokenTtlSeconds * 1000);
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(GUEST_ISSUER)
    .setSubject(customerId)
    .setIssuedAt()
    .setExpirationTime(expiresAt)
    .sign(key);
  return { customerId, token, expiresAt };
}
