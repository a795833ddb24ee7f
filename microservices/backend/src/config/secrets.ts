import { randomBytes } from 'node:crypto';
import type { Environment } from './env.ts';

/** What must never be logged. */
export interface Secrets {
  readonly databaseUrl: string;
  /** The HMAC-SHA-256 key of guest tokens. */
  readonly guestTokenKey: Uint8Array;
}

export function toSecrets(env: Environment): Secrets {
  return {
    databaseUrl: env.DATABASE_URL,
    // Without a secret nobody's token is checked, so any key will do for those that are given out.
    guestTokenKey: env.GUEST_TOKEN_SECRET
      ? new TextEncoder().encode(env.GUEST_TOKEN_SECRET)
      : randomBytes(32),
  };
}
