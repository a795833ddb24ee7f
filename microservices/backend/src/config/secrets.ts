import { hkdfSync, randomBytes } from 'node:crypto';
import { type Credentials, toCredentials } from './credentials.ts';
import type { Environment } from './env.ts';
import { NO_FILES, type SecretFiles } from './secret-files.ts';

/** What must never be logged. */
export interface Secrets {
  readonly credentials: Credentials;
  /** The HMAC-SHA-256 keys of guest tokens: the one that signs, then previous ones. */
  readonly guestTokenKeys: Keys;
  /** The HMAC-SHA-256 keys of links to orders, in the same order. */
  readonly orderLinkKeys: Keys;
  /** The HMAC-SHA-256 keys of webhooks; each signs. */
  readonly webhookKeys: readonly Uint8Array[];
  /** Empty unless Stripe takes the money. */
  readonly stripe: { readonly secretKey: string; readonly webhookSecrets: readonly string[] };
  readonly smtpLogin: { readonly user: string; readonly password: string } | null;
}

type Keys = readonly [current: Uint8Array, ...previous: Uint8Array[]];

export function toSecrets(env: Environment, files: SecretFiles = NO_FILES): Secrets {
  const guestTokenKeys = keysOf(env.GUEST_TOKEN_SECRET ?? files.guestTokenSecret);
  const orderLinkSecret = env.ORDER_LINK_SECRET ?? files.orderLinkSecret;
  const [current, ...previous] = guestTokenKeys;
  return {
    credentials: toCredentials(env, files),
    guestTokenKeys,
    orderLinkKeys: orderLinkSecret
      ? keysOf(orderLinkSecret)
      : [orderLinkKeyFrom(current), ...previous.map(orderLinkKeyFrom)],
    webhookKeys: webhookKeys(env.WEBHOOK_SECRET ?? files.webhookSecret ?? ''),
    stripe: {
      secretKey: env.STRIPE_SECRET_KEY ?? files.stripeSecretKey ?? '',
      webhookSecrets: (env.STRIPE_WEBHOOK_SECRET ?? files.stripeWebhookSecret)?.split('\n') ?? [],
    },
    smtpLogin: env.SMTP_USERNAME
      ? { user: env.SMTP_USERNAME, password: env.SMTP_PASSWORD ?? files.smtpPassword ?? '' }
      : null,
  };
}

/** One key a line. Without a secret nobody's token is checked, so any key will do for those that are given out. */
function keysOf(secret: string | undefined): Keys {
  const [current = randomBytes(32), ...previous] = (secret?.split('\n') ?? []).map((key) =>
    new TextEncoder().encode(key),
  );
  return [current, ...previous];
}

/** A key of its own (RFC 5869), so that a token of one kind never passes for one of the other. */
const orderLinkKeyFrom = (key: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, '', 'carthub order links', 32));

/** @param secret `whsec_` and base64 a line */
export const webhookKeys = (secret: string): Uint8Array[] =>
  secret
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line.slice('whsec_'.length), 'base64'));
