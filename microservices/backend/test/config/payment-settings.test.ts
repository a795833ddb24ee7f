import { describe, expect, it } from 'vitest';
import { toConfig } from '../../src/config/config.ts';
import { EnvironmentError, readEnvironment } from '../../src/config/read-environment.ts';
import { NO_FILES, type SecretFiles } from '../../src/config/secret-files.ts';
import { toSecrets } from '../../src/config/secrets.ts';

const GOOD = {
  DATABASE_URL: 'postgres://shop@localhost/carthub',
  CARTHUB_AUTH: 'off',
  PAYMENT_PROVIDER: 'stripe',
  STRIPE_SECRET_KEY: 'sk_live_hunter2',
  STRIPE_WEBHOOK_SECRET: 'whsec_hunter2\nwhsec_previous',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_1',
};

function problemsOf(changes: Record<string, string>, files: Partial<SecretFiles> = {}): string[] {
  try {
    readEnvironment({ ...GOOD, ...changes }, { ...NO_FILES, ...files });
    return [];
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    expect(error.message).not.toContain('hunter2');
    return [...error.problems];
  }
}

describe('the settings of Stripe', () => {
  it('are read together with its secrets', () => {
    const environment = readEnvironment(GOOD);
    expect(toConfig(environment).payment).toMatchObject({
      provider: 'stripe',
      stripe: { publishableKey: 'pk_live_1', captureMethod: 'automatic', apiBase: undefined },
      holdSeconds: 900,
    });
    expect(toSecrets(environment).stripe).toEqual({
      secretKey: 'sk_live_hunter2',
      webhookSecrets: ['whsec_hunter2', 'whsec_previous'],
    });
  });

  it.each([
    [{ STRIPE_SECRET_KEY: '' }, 'STRIPE_SECRET_KEY or STRIPE_SECRET_KEY_FILE is required'],
    [
      { STRIPE_WEBHOOK_SECRET: '' },
      'STRIPE_WEBHOOK_SECRET or STRIPE_WEBHOOK_SECRET_FILE is required',
    ],
    [{ STRIPE_PUBLISHABLE_KEY: '' }, 'STRIPE_PUBLISHABLE_KEY is required'],
    [{ STRIPE_SECRET_KEY: 'pk_live_hunter2' }, 'STRIPE_SECRET_KEY cannot be used'],
    [{ STRIPE_PUBLISHABLE_KEY: 'sk_live_hunter2' }, 'STRIPE_PUBLISHABLE_KEY cannot be used'],
    [{ STRIPE_WEBHOOK_SECRET: 'whsec_a\nhunter2' }, 'STRIPE_WEBHOOK_SECRET cannot be used'],
    [
      { STRIPE_SECRET_KEY_FILE: '/key' },
      'STRIPE_SECRET_KEY and STRIPE_SECRET_KEY_FILE are both set',
    ],
    [{ STRIPE_PUBLISHABLE_KEY: 'pk_test_1' }, 'a live key and STRIPE_PUBLISHABLE_KEY a test key'],
    [{ STRIPE_API_BASE: 'http://' }, 'STRIPE_API_BASE is'],
    [{ ENVIRONMENT: 'production', STRIPE_API_BASE: 'http://127.0.0.1:1' }, 'which is not Stripe'],
    [
      { ENVIRONMENT: 'production', STRIPE_API_BASE: 'http://api.stripe.com' },
      'which is not Stripe',
    ],
    [
      { ENVIRONMENT: 'production', STRIPE_API_BASE: 'https://api.stripe.com.example' },
      'which is not Stripe',
    ],
    [
      {
        ENVIRONMENT: 'production',
        STRIPE_SECRET_KEY: 'rk_test_1',
        STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
      },
      'STRIPE_SECRET_KEY is a test key',
    ],
  ])('with %j are refused: %s', (changes, expected) => {
    expect(problemsOf(changes)).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    [{ ENVIRONMENT: 'production' }],
    [{ ENVIRONMENT: 'production', STRIPE_API_BASE: 'https://api.stripe.com' }],
    [{ STRIPE_API_BASE: 'http://127.0.0.1:12111' }],
    [{ STRIPE_SECRET_KEY: 'rk_live_1' }],
  ])('with %j are accepted', (changes) => {
    expect(problemsOf(changes)).toEqual([]);
  });

  it('come from files too, whose content is checked', () => {
    const withFiles = { STRIPE_SECRET_KEY: '', STRIPE_SECRET_KEY_FILE: '/key' };
    expect(problemsOf(withFiles, { stripeSecretKey: 'sk_live_2' })).toEqual([]);
    expect(problemsOf(withFiles, { stripeSecretKey: 'hunter2' })).toEqual([
      expect.stringContaining('STRIPE_SECRET_KEY_FILE holds no key'),
    ]);
  });
});
