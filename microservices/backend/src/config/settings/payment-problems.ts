import type { Environment } from '../env.ts';
import type { SecretFiles } from '../secret-files.ts';
import { problemWith } from '../setting-problems.ts';
import { STRIPE_SECRET_KEY_PATTERN, STRIPE_WEBHOOK_SECRET_PATTERN } from './payment-settings.ts';

/** What is wrong with the settings of payments, taken together. */
export function paymentProblems(environment: Partial<Environment>, files: SecretFiles): string[] {
  const { ENVIRONMENT, PAYMENT_PROVIDER } = environment;
  const isProduction = ENVIRONMENT === 'production';
  const problems = [...fileProblems(files), ...baseProblems(environment)];
  if (PAYMENT_PROVIDER === 'stripe') {
    return [...problems, ...missing(environment), ...keyProblems(environment, files)];
  }
  // With the test provider anybody orders without paying.
  const isTest = PAYMENT_PROVIDER === 'test' && isProduction;
  return isTest
    ? [
        ...problems,
        'PAYMENT_PROVIDER is test, which takes no money: production needs a payment provider',
      ]
    : problems;
}

function missing(environment: Partial<Environment>): string[] {
  const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_PUBLISHABLE_KEY } = environment;
  const hasKey = STRIPE_SECRET_KEY ?? environment.STRIPE_SECRET_KEY_FILE;
  const hasSecret = STRIPE_WEBHOOK_SECRET ?? environment.STRIPE_WEBHOOK_SECRET_FILE;
  const because = 'is required with PAYMENT_PROVIDER=stripe';
  return [
    ...(hasKey ? [] : [`STRIPE_SECRET_KEY or STRIPE_SECRET_KEY_FILE ${because}`]),
    ...(hasSecret ? [] : [`STRIPE_WEBHOOK_SECRET or STRIPE_WEBHOOK_SECRET_FILE ${because}`]),
    ...(STRIPE_PUBLISHABLE_KEY ? [] : [`STRIPE_PUBLISHABLE_KEY ${because}`]),
    ...bothSet(environment),
  ];
}

function bothSet(environment: Partial<Environment>): string[] {
  return (['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'] as const).flatMap((name) =>
    environment[name] && environment[`${name}_FILE`]
      ? [`${name} and ${name}_FILE are both set: keep one`]
      : [],
  );
}

/** Keys of test mode and live mode know nothing of each other. */
function keyProblems(environment: Partial<Environment>, files: SecretFiles): string[] {
  const secretMode = modeOf(environment.STRIPE_SECRET_KEY ?? files.stripeSecretKey);
  const pageMode = modeOf(environment.STRIPE_PUBLISHABLE_KEY);
  const problems =
    secretMode && pageMode && secretMode !== pageMode
      ? [`STRIPE_SECRET_KEY is a ${secretMode} key and STRIPE_PUBLISHABLE_KEY a ${pageMode} key`]
      : [];
  return environment.ENVIRONMENT === 'production' && secretMode === 'test'
    ? [
        ...problems,
        'STRIPE_SECRET_KEY is a test key, which takes no money: production needs a live key',
      ]
    : problems;
}

const modeOf = (key: string | undefined): string | undefined =>
  /^[a-z]{2}_(test|live)_/.exec(key ?? '')?.[1];

function fileProblems({
  stripeSecretKey: key,
  stripeWebhookSecret: secret,
}: SecretFiles): string[] {
  const isWrong = (text: string | undefined, pattern: string) =>
    text !== undefined && !new RegExp(pattern).test(text);
  return [
    ...(isWrong(key, STRIPE_SECRET_KEY_PATTERN)
      ? ['STRIPE_SECRET_KEY_FILE holds no key that begins with sk_ or rk_']
      : []),
    ...(isWrong(secret, STRIPE_WEBHOOK_SECRET_PATTERN)
      ? ['STRIPE_WEBHOOK_SECRET_FILE holds a line that is no secret that begins with whsec_']
      : []),
  ];
}

const STRIPE_HOST = /(^|\.)stripe\.com$/;

function baseProblems({ ENVIRONMENT, STRIPE_API_BASE: base }: Partial<Environment>): string[] {
  if (base === undefined || !/^https?:/.test(base)) return [];
  if (!URL.canParse(base)) {
    return [problemWith('STRIPE_API_BASE', base, 'an address such as http://127.0.0.1:12111')];
  }
  const { protocol, hostname } = new URL(base);
  const isStripe = protocol === 'https:' && STRIPE_HOST.test(hostname);
  return ENVIRONMENT === 'production' && !isStripe
    ? [
        `STRIPE_API_BASE is ${hostname}, which is not Stripe: production takes https://api.stripe.com only`,
      ]
    : [];
}
