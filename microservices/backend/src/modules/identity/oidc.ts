import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { Problem } from '../../http/problem.ts';

const DISCOVERY_TIMEOUT_MS = 3000;
/** Asymmetric only: a public key must never be usable as an HMAC secret. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

interface OidcConfig {
  readonly issuer: string;
  readonly audience: string;
}

/**
 * Verifies tokens of one OpenID Connect issuer against its published keys and returns their claims.
 * Throws a JOSEError for a token that is not good, and a 503 if the issuer cannot be asked.
 */
export function createOidcVerifier(config: OidcConfig): (token: string) => Promise<JWTPayload> {
  let keys: Promise<JWTVerifyGetKey> | undefined;

  return async (token) => {
    // A failed discovery is forgotten, so that the next request tries again.
    keys ??= discoverKeys(config.issuer).catch((error: unknown) => {
      keys = undefined;
      throw new Problem('identity-unavailable', { cause: error });
    });
    try {
      const { payload } = await jwtVerify(token, await keys, {
        issuer: config.issuer,
        algorithms: ALGORITHMS,
        requiredClaims: ['sub', 'exp'],
      });
      requireAudience(payload, config.audience);
      return payload;
    } catch (error) {
      throw isIssuerFault(error) ? new Problem('identity-unavailable', { cause: error }) : error;
    }
  };
}

/**
 * For us is what names us in `aud`. An access token of Amazon Cognito has no `aud`: it names the client that
 * it was given to in `client_id`. With an `aud` that is somebody else's, `client_id` does not help.
 */
function requireAudience(payload: JWTPayload, audience: string): void {
  const { aud, client_id: client, token_use: use } = payload;
  if (aud === undefined && use === 'access' && client === audience) return;
  if (aud === audience || (Array.isArray(aud) && aud.includes(audience))) return;
  throw new errors.JWTClaimValidationFailed('the token is for somebody else', payload, 'aud');
}

async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const document: unknown = await response.json();
  if (typeof document !== 'object' || document === null || !('jwks_uri' in document)) {
    throw new Error(`${url} names no jwks_uri`);
  }
  return createRemoteJWKSet(new URL(String(document.jwks_uri)), {
    timeoutDuration: DISCOVERY_TIMEOUT_MS,
  });
}

/** Failures to fetch or to read the keys, as against failures of the token, which are all JOSEErrors. */
const isIssuerFault = (error: unknown): boolean =>
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  !(error instanceof errors.JOSEError) ||
  error.code === 'ERR_JOSE_GENERIC';
