import type { Environment } from '../env.ts';
import type { SecretFiles } from '../secret-files.ts';
import { webhookKeys } from '../secrets.ts';
import { WEBHOOK_SECRET_PATTERN } from './worker-settings.ts';

/** Standard Webhooks, "Signature scheme". */
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;

/** What the settings of the webhook must be together. */
export function webhookProblems(
  environment: Partial<Environment>,
  { webhookSecret }: SecretFiles,
): string[] {
  const { WEBHOOK_URL: url = '', WEBHOOK_SECRET: secret, WEBHOOK_SECRET_FILE: file } = environment;
  const problems: string[] = [];
  if (secret && file)
    problems.push('WEBHOOK_SECRET and WEBHOOK_SECRET_FILE are both set: keep one');
  if (webhookSecret !== undefined && !isSecret(webhookSecret))
    problems.push('WEBHOOK_SECRET_FILE holds no key: give whsec_ and the base64 of 24 to 64 bytes');
  if (secret && new RegExp(WEBHOOK_SECRET_PATTERN).test(secret) && !isSecret(secret))
    problems.push('WEBHOOK_SECRET has a key that is not of 24 to 64 bytes');
  if (!/^https?:/.test(url)) return problems;
  if (!secret && !file)
    problems.push('WEBHOOK_SECRET or WEBHOOK_SECRET_FILE is required with WEBHOOK_URL');
  return [...problems, ...addressProblems(url, environment.ENVIRONMENT)];
}

function addressProblems(address: string, environment: string | undefined): string[] {
  if (!URL.canParse(address)) return ['WEBHOOK_URL is no address'];
  const { protocol, username, password } = new URL(address);
  const problems = [];
  if (username || password)
    problems.push('WEBHOOK_URL has a user or a password: a receiver checks the signature instead');
  if (protocol === 'http:' && environment === 'production')
    problems.push('WEBHOOK_URL begins with http: production needs https');
  return problems;
}

const isSecret = (text: string): boolean =>
  new RegExp(WEBHOOK_SECRET_PATTERN).test(text) &&
  webhookKeys(text).every(({ length }) => length >= MIN_KEY_BYTES && length <= MAX_KEY_BYTES);
