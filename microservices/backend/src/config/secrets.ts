import { randomBytes } from 'node:crypto';
import { type Credentials, toCredentials } from './credentials.ts';
import type { Environment } from './env.ts';
import { NO_FILES, type SecretFiles } from './secret-files.ts';

/** What must never be logged. */
export interface Secrets {
  readonly credentials: Credentials;
  /** The HMAC-SHA-256 key of guest tokens. */
  readonly guestTokenKey: Uint8Array;
}

export function toSecrets(env: Environment, files: SecretFiles = NO_FILES): Secrets {
  const secret = env.GUEST_TOKEN_SECRET ?? files.guestTokenSecret;
  return {
    credentials: toCredentials(env, files),
    // Without a secret nobody's token is checked, so any key will do for those that are given out.
    guestTokenKey: secret ? new TextEncoder().encode(secret) : randomBytes(32),
  };
}
