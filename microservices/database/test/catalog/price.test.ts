import { expect, test } from 'vitest';
import { priceProblem } from '../../src/catalog/price.ts';
import { decimalsOf, WITHOUT_DECIMALS } from '../../src/config/currencies.ts';

const USD = { currency: 'USD', decimals: 2 };
const JPY = { currency: 'JPY', decimals: 0 };

test.each([
  ['0', true, true],
  ['16.5', true, false],
  ['16.50', true, false],
  ['16.5000', true, false],
  ['16.500', false, false],
  ['1.000', false, false],
  ['12.00', true, true],
  ['1,500', false, false],
  ['1.234,50', false, false],
  ['$12.50', false, false],
  [' 12.50', false, false],
  ['16.00', true, true],
  ['1650', true, true],
  ['0016.50', true, false],
  ['99999999.99', true, false],
  ['99999999', true, true],
  ['100000000', false, false],
  ['16.505', false, false],
  ['22.000000000000004', false, false],
  ['1e2', false, false],
  ['1e-11', false, false],
  ['-0', false, false],
  ['-1', false, false],
  ['+1', false, false],
  ['.5', false, false],
  ['5.', false, false],
  ['1,50', false, false],
  ['1 000', false, false],
  ['１２', false, false],
  ['NaN', false, false],
  ['Infinity', false, false],
  ['9'.repeat(1000), false, false],
  ['', false, false],
])('"%s" is a price in USD: %s, in JPY: %s', (text, inUsd, inJpy) => {
  expect(priceProblem(text, USD) === undefined).toBe(inUsd);
  expect(priceProblem(text, JPY) === undefined).toBe(inJpy);
});

test('the currencies are known to ICU, and those without decimals have none there either', () => {
  const known = Intl.supportedValuesOf('currency');
  const supported = known.filter((code) => decimalsOf(code) !== undefined);
  expect(supported.length).toBeGreaterThan(140);
  for (const code of WITHOUT_DECIMALS) {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency: code });
    expect([code, format.resolvedOptions().maximumFractionDigits]).toEqual([code, 0]);
  }
  for (const code of ['KWD', 'BHD', 'CLF', 'XAU', 'XXX', 'DEM', 'ABC'])
    expect(decimalsOf(code)).toBeUndefined();
});
