/** Sentences about settings that have a wrong value. */
import { isIP } from 'node:net';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { EnvironmentSchema, MIN_SECRET_LENGTH } from './env.ts';

/** Their values are secret, so no sentence repeats them. */
const SECRETS = new Set([
  'DATABASE_URL',
  'DATABASE_PASSWORD',
  'GUEST_TOKEN_SECRET',
  'WEBHOOK_SECRET',
  'ORDER_LINK_SECRET',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
  // Somebody may have put the secret one there.
  'STRIPE_PUBLISHABLE_KEY',
  'SMTP_URL',
  'SMTP_PASSWORD',
]);

/** What to give for a setting with a pattern. */
const EXPECTED: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://USER:PASSWORD@HOST:5432/DATABASE',
  GUEST_TOKEN_SECRET: `${MIN_SECRET_LENGTH} characters or more (openssl rand -hex 32)`,
  ORDER_LINK_SECRET: `${MIN_SECRET_LENGTH} characters or more (openssl rand -hex 32)`,
  OIDC_ISSUER: 'an address that begins with https://',
  WEBHOOK_URL: 'an address that begins with https://',
  WEBHOOK_SECRET: 'whsec_ and the base64 of 24 to 64 bytes',
  SMTP_URL: 'smtps://HOST:465 or smtp://HOST:587',
  SHOP_URL: 'an address such as https://shop.example',
  SNS_TOPIC_ARN: 'a topic such as arn:aws:sns:us-west-2:123456789012:shop-events.fifo',
  EVENT_BUS_ARN: 'a bus such as arn:aws:events:us-west-2:123456789012:event-bus/shop',
  CURRENCY: 'an ISO 4217 code such as USD, in capital letters',
  TAX_RATE_PERCENT: 'a percentage below 100 with at most four decimals, such as 8.875',
  SHIPPING_FLAT: 'an amount such as 4.95, at most 99999999.99',
  STRIPE_SECRET_KEY: 'the key of Stripe’s dashboard that begins with sk_ or rk_',
  STRIPE_WEBHOOK_SECRET: 'the secret of the webhook endpoint, which begins with whsec_',
  STRIPE_PUBLISHABLE_KEY: 'the key of Stripe’s dashboard that begins with pk_',
  STRIPE_API_BASE: 'an address such as http://127.0.0.1:12111',
  SHIPPING_FREE_FROM: 'an amount such as 50 or 49.90, at most 99999999.99',
};

const MAX_SHOWN = 40;

/** `PORT is "eighty": give a whole number from 0 to 65535.` */
export function problemWith(name: string, value: unknown, expected: string): string {
  if (SECRETS.has(name)) return `${name} cannot be used: give ${expected}.`;
  const text = String(value);
  const shown = JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
  return `${name} is ${shown}: give ${expected}.`;
}

/** One sentence for each variable that the schema refuses. */
export function schemaProblems(environment: Readonly<Record<string, unknown>>): string[] {
  const wrong = new Set(
    Value.Errors(EnvironmentSchema, environment).map(({ instancePath }) => instancePath.slice(1)),
  );
  return Object.entries(EnvironmentSchema.properties)
    .filter(([name]) => wrong.has(name))
    .map(([name, schema]) => problemWith(name, environment[name], expectationOf(name, schema)));
}

function expectationOf(name: string, schema: TSchema): string {
  const { minimum, maximum, maxLength, enum: choices } = Object(schema);
  if (Array.isArray(choices)) return choices.join(' or ');
  if (minimum !== undefined) return `a whole number from ${minimum} to ${maximum}`;
  return EXPECTED[name] ?? `at most ${maxLength} characters`;
}

const HOST_NAME = /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?$/;

/** An address to listen on; IPv6 without brackets. */
export const isHost = (text: string): boolean => isIP(text) !== 0 || HOST_NAME.test(text);

const NAMED_RANGES = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** What Fastify takes as a trusted proxy: an address, a range such as 10.0.0.0/8, or the name of one. */
export function isProxyRange(text: string): boolean {
  if (NAMED_RANGES.has(text)) return true;
  const [address = '', ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 1) return false;
  const [prefix] = rest;
  if (prefix === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}
