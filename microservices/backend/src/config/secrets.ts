import { randomBytes } from 'node:crypto';
import { type Credentials, toCredentials } from './credentials.ts';
import type { Environment } from './env.ts';
import { NO_FILES, type SecretFiles } from './secret-files.ts';

/** What must never be logged. */
export interface Secrets {
  readonly credentials: Credentials;
  /** The HMAC-SHA-256 keys of guest tokens: the one that signs, then previous ones. */
  readonly guestTokenKeys: readonly [Uint8Array, ...Uint8Array[]];
  /** The HMAC-SHA-256 keys of webhooks; each signs. */
  readonly webhookKeys: readonly Uint8Array[];
}

export function toSecrets(env: Environment, files: SecretFiles = NO_FILES): Secrets {
  const secret = env.GUEST_TOKEN_SECRET ?? files.guestTokenSecret;
  // Without a secret nobody's token is checked, so any key will do for those that are given out.
  const [current = randomBytes(32), ...previous] = (secret?.split('\n') ?? []).map((key) =>
    new TextEncoder().encode(key),
  );
  return {
    credentials: toCredentials(env, files),
    guestTokenKeys: [current, ...previous],
    webhookKeys: webhookKeys(env.WEBHOOK_SECRET ?? files.webhookSecret ?? ''),
  };
}

/** @param secret `whsec_` and base64 a line */
export const webhookKeys = (secret: string): Uint8Array[] =>
  secret
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line.slice('whsec_'.length), 'base64'));
