import { describe, expect, it } from 'vitest';
import { corsOriginProblems, corsOrigins } from '../../src/config/cors-origins.ts';
import { readEnvironment } from '../../src/config/read-environment.ts';
import { createTestApp } from '../../test-support/test-app.ts';

describe('CORS_ORIGINS', () => {
  it.each([
    ['https://shop.example', 'https://shop.example'],
    ['https://shop.example/', 'https://shop.example'],
    ['HTTPS://Shop.Example:443/', 'https://shop.example'],
    ['http://localhost:80', 'http://localhost'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
    ['https://żółw.example', 'https://xn--w-uga1v8h.example'],
  ])('takes %s as %s, which is what a browser sends', (text, origin) => {
    expect(corsOrigins(text)).toEqual([origin]);
    expect(corsOriginProblems(text)).toEqual([]);
  });

  it('takes a list with blanks and empty entries', () => {
    const text = ' https://a.example/ ,, https://b.example ,';
    expect(corsOrigins(text)).toEqual(['https://a.example', 'https://b.example']);
    expect(corsOrigins('')).toEqual([]);
  });

  it.each([
    '*',
    'null',
    'shop.example',
    'https://*.shop.example',
    'https://shop.example/shop',
    'https://shop.example?x',
    'https://user@shop.example',
    'https:shop.example',
    'https://',
    'https://a.example https://b.example',
    'ftp://shop.example',
    'https://shop.example:99999',
  ])('refuses %s with a sentence', (text) => {
    const environment = {
      DATABASE_URL: 'postgres://shop@localhost/carthub',
      CARTHUB_AUTH: 'off',
      CORS_ORIGINS: `https://good.example,${text}`,
    };
    expect(() => readEnvironment(environment)).toThrow(`CORS_ORIGINS: "${text}" is no origin`);
  });

  it('with a slash at the end lets the pages of that origin call the API', async () => {
    await using shop = await createTestApp({ CORS_ORIGINS: 'https://shop.example/' });
    const call = async (origin: string) => {
      const url = '/api/v1/products';
      const { headers } = await shop.call({ method: 'GET', url, headers: { origin } });
      return headers['access-control-allow-origin'];
    };
    expect(await call('https://shop.example')).toBe('https://shop.example');
    expect(await call('https://other.example')).toBeUndefined();
  });
});
