import { expect, test } from 'vitest';
import { likelyCountry, listCountries } from '../src/features/checkout/form/countries.ts';
import { failureText } from '../src/shared/api/failure-text.ts';
import { formatCount, formatMoney } from '../src/shared/lib/format.ts';

test('money is written as its currency is', () => {
  expect(formatMoney(1234.5, 'USD')).toBe('$1,234.50');
  expect(formatMoney(0, 'EUR')).toBe('€0.00');
});

test('one is one, and anything else is many', () => {
  expect([0, 1, 2].map((count) => formatCount(count, 'item'))).toEqual([
    '0 items',
    '1 item',
    '2 items',
  ]);
});

test('countries come by name, each with a code of two letters', () => {
  const countries = listCountries();
  expect(countries).toHaveLength(249);
  expect(countries[0]?.name).toBe('Afghanistan');
  expect(countries.every(({ code }) => /^[A-Z]{2}$/.test(code))).toBe(true);
});

test('the likely country is the one that the browser’s language names', () => {
  expect(likelyCountry('en-GB')).toBe('GB');
  expect(likelyCountry('pt')).toBe('');
  expect(likelyCountry('en-ZZ')).toBe('');
});

test('a failure that is none of the API’s still says what to do', () => {
  expect(failureText(new Error('x is undefined'))).toContain('Reload it and try again.');
});
