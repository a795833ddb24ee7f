import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressCountries, findAddressProblems } from '../../../src/http/address/address-rules.ts';
import { POSTAL_CODES_IN_USE } from '../../../test-support/postal-codes-in-use.ts';

const problemsOf = (country: string, postal_code: string) =>
  findAddressProblems({
    name: 'Ann',
    line1: '1 High Street',
    city: 'City',
    region: 'Region',
    country,
    postal_code,
  });

const checked = [...addressCountries().values()].flatMap(({ code, postalPattern }) =>
  postalPattern ? [{ code, codes: new RegExp(postalPattern.source) }] : [],
);

/** A digit of the script whose zero is given. */
const inScript = (text: string, zero: string): string =>
  text.replaceAll(/\d/g, (digit) =>
    String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)),
  );

describe('a postal code', () => {
  it.each(POSTAL_CODES_IN_USE)('in use in %s is accepted: %s', (country, code) => {
    expect(problemsOf(country, code)).toEqual([]);
  });

  it('is known from most countries that have postal codes', () => {
    const known = new Set(POSTAL_CODES_IN_USE.map(([country]) => country));
    expect(checked.filter(({ code }) => known.has(code)).length).toBeGreaterThan(150);
  });

  it.each(checked)(
    'of the pattern of $code is accepted however it is written',
    ({ code, codes }) => {
      const writing = fc.record({
        typed: fc.stringMatching(codes),
        prefix: fc.constantFrom('', code, `${code}-`, `${code} `, `${code.toLowerCase()} - `),
        between: fc.constantFrom(undefined, '', ' ', '-', '–', '.', '\u3000'),
        zero: fc.constantFrom(...'0０٠۰०๐'),
        isLower: fc.boolean(),
        around: fc.constantFrom('', ' ', '\u200f'),
      });
      fc.assert(
        fc.property(writing, ({ typed, prefix, between, zero, isLower, around }) => {
          const spaced = between === undefined ? typed : typed.replaceAll(/[ -]/g, between);
          const cased = isLower ? spaced.toLowerCase() : spaced;
          const written = around + prefix + inScript(cased, zero) + around;
          expect(problemsOf(code, written), written).toEqual([]);
        }),
        { numRuns: 40 },
      );
    },
  );

  it.each(['AD', 'AI', 'BB', 'KY', 'LV', 'VC', 'VG'])(
    'may lack the letters with which all codes of %s begin',
    (country) => {
      const codes = checked.find(({ code }) => code === country)?.codes ?? /never/;
      fc.assert(
        fc.property(fc.stringMatching(codes), (code) => {
          expect(problemsOf(country, code.replace(/^[A-Z]+-?/, ''))).toEqual([]);
        }),
        { numRuns: 40 },
      );
    },
  );

  it.each([
    ['AT', '123'],
    ['DE', 'F-10115'],
    ['GB', 'LS1'],
    ['LV', '101'],
    ['LV', 'LT-1010'],
    ['NL', '1071'],
    ['SV', '11011'],
    ['TW', '1000012'],
    ['US', 'ABCDE'],
    ['US', '97201-12'],
  ])('of no shape of %s is refused: %s', (country, code) => {
    expect(problemsOf(country, code)).toEqual([{ field: 'postal_code', reason: 'malformed' }]);
  });
});
