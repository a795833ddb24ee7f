import { describe, expect, it } from 'vitest';
import { toConfig } from '../../src/config/config.ts';
import {
  EnvironmentError,
  readEnvironment,
  renamedVariables,
} from '../../src/config/read-environment.ts';
import { toSecrets } from '../../src/config/secrets.ts';

const GOOD = { DATABASE_URL: 'postgres://host/db', GUEST_TOKEN_SECRET: 'x'.repeat(32) };

function problemsOf(variables: Record<string, string>): string {
  try {
    readEnvironment(variables);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
  }
  throw new Error('the environment was accepted');
}

describe('the environment', () => {
  it('has a default for everything except the database and the secret', () => {
    const config = toConfig(readEnvironment(GOOD));
    expect(config.http).toMatchObject({ port: 8000, corsOrigins: [], shutdownGraceMs: 10_000 });
    expect(config.shop).toEqual({
      currency: 'USD',
      decimals: 2,
      taxRateMillionths: 0,
      shippingFlatMinor: 0,
      shippingFreeFromMinor: null,
      stockLowAt: 5,
    });
    expect(config.identity.required).toBe(true);
  });

  it.each([
    [{ ENVIRONMENT: 'production' }],
    [{ ENVIRONMENT: ' production ' }],
    [{ ENVIRONMENT: 'production', PAYMENT_PROVIDER: 'test' }],
  ])('is refused in production with the test payment provider: %o', (variables) => {
    expect(problemsOf({ ...GOOD, ...variables })).toContain(
      'PAYMENT_PROVIDER is test, which takes no money: production needs a payment provider',
    );
  });

  it.each(['development', 'staging', 'local'])('may have the test provider in %s', (name) => {
    expect(toConfig(readEnvironment({ ...GOOD, ENVIRONMENT: name })).environment).toBe(name);
  });

  it('is converted to the units of the configuration', () => {
    const config = toConfig(
      readEnvironment({
        ...GOOD,
        TAX_RATE_PERCENT: '8.25',
        SHIPPING_FLAT: '4.95',
        SHIPPING_FREE_FROM: '50',
        CORS_ORIGINS: 'https://a.example, https://b.example',
        OIDC_ISSUER: 'https://id.example',
        OIDC_AUDIENCE: 'carthub',
      }),
    );
    expect(config.shop).toMatchObject({
      taxRateMillionths: 82_500,
      shippingFlatMinor: 495,
      shippingFreeFromMinor: 5000,
    });
    expect(config.http.corsOrigins).toEqual(['https://a.example', 'https://b.example']);
    expect(config.identity.oidc).toEqual({ issuer: 'https://id.example', audience: 'carthub' });
  });
  it('accepts a renamed variable under its old name for one release, with a warning', () => {
    const old = { ...GOOD, MOST_REQUESTS_AT_ONCE: '7' };
    expect(toConfig(readEnvironment(old)).http.maxConcurrentRequests).toBe(7);
    expect(renamedVariables(old)).toEqual([
      'MOST_REQUESTS_AT_ONCE is now called MAX_CONCURRENT_REQUESTS; the next release ignores MOST_REQUESTS_AT_ONCE.',
    ]);
    const both = { ...old, MAX_CONCURRENT_REQUESTS: '9' };
    expect(toConfig(readEnvironment(both)).http.maxConcurrentRequests).toBe(9);
    expect(renamedVariables(GOOD)).toEqual([]);
  });

  it('reports every problem at once', () => {
    const message = problemsOf({
      PORT: 'eighty',
      DB_POOL_MAX: '0',
      CARTHUB_AUTH: 'maybe',
      SHIPPING_FLAT: '4.955',
      OIDC_ISSUER: 'https://id.example',
      GUEST_TOKEN_SECRET: 'too short',
    });
    for (const name of [
      'DATABASE_URL',
      'PORT',
      'DB_POOL_MAX',
      'CARTHUB_AUTH',
      'SHIPPING_FLAT',
      'OIDC_AUDIENCE',
      'GUEST_TOKEN_SECRET',
    ]) {
      expect(message).toContain(name);
    }
  });

  it('needs no secret where callers are trusted', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres://host/db' })).toContain('GUEST_TOKEN_SECRET');
    const trusted = readEnvironment({ DATABASE_URL: 'postgres://host/db', CARTHUB_AUTH: 'off' });
    expect(toSecrets(trusted).guestTokenKeys.map((key) => key.length)).toEqual([32]);
  });

  it('treats an empty value as absent', () => {
    expect(readEnvironment({ ...GOOD, PORT: '', OIDC_ISSUER: '' }).PORT).toBe(8000);
  });
});
