import { expect, test } from 'vitest';
import { likelyCountry, listCountries } from '../src/features/checkout/form/countries.ts';
import { failureText } from '../src/shared/api/failure-text.ts';
import { formatCount, formatMoney } from '../src/shared/lib/format.ts';

test('formats money by its currency', () => {
  expect(formatMoney(1234.5, 'USD')).toBe('$1,234.50');
  expect(formatMoney(0, 'EUR')).toBe('€0.00');
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
  expect(countries).toHaveLength(249);
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
