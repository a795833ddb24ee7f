import { expect, test } from 'vitest';
import contract from '../contracts/openapi.json';
import { likelyCountry, listCountries } from '../src/features/checkout/form/countries.ts';
import { failureText } from '../src/shared/api/failure-text.ts';
import { formatCount, formatMoney } from '../src/shared/lib/format.ts';

test('formats money by its currency', () => {
  expect(formatMoney(1234.5, 'USD')).toBe('$1,234.50');
  expect(formatMoney(0, 'EUR')).toBe('€0.00');
});

test('shows the decimals of ISO 4217, and never rounds', () => {
  expect(formatMoney(1650, 'JPY')).toBe('¥1,650');
  expect(formatMoney(16.5, 'AFN')).toBe('AFN\u00a016.50');
  expect(formatMoney(16, 'HUF')).toBe('HUF\u00a016.00');
  expect(formatMoney(999_999_999_999.99, 'USD')).toBe('$999,999,999,999.99');
  // Only the currencies that the contract names have no decimals.
  const without = new Set(
    contract.components.schemas.Product.properties.currency['x-without-decimals'],
  );
  expect(without.size).toBe(16);
  for (const currency of Intl.supportedValuesOf('currency')) {
    const [, decimals = ''] = formatMoney(16, currency).split('.');
    expect([currency, decimals]).toEqual([currency, without.has(currency) ? '' : '00']);
    expect(formatMoney(0.29, currency)).toMatch(/0\.29$/);
  }
});

test('uses the singular only for 1', () => {
  expect([0, 1, 2].map((count) => formatCount(count, 'item'))).toEqual([
    '0 items',
    '1 item',
    '2 items',
  ]);
});

test('sorts countries by name, each with a two-letter code', () => {
  const countries = listCountries();
  expect(countries).toHaveLength(250);
  expect(countries[0]?.name).toBe('Afghanistan');
  expect(countries.every(({ code }) => /^[A-Z]{2}$/.test(code))).toBe(true);
});

test('takes the likely country from the browser’s language', () => {
  expect(likelyCountry('en-GB')).toBe('GB');
  expect(likelyCountry('pt')).toBe('');
  expect(likelyCountry('en-ZZ')).toBe('');
});

test('explains what to do after an error that is not from the API', () => {
  expect(failureText(new Error('x is undefined'))).toContain('Reload it and try again.');
});
