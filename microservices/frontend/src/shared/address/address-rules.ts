/**
 * Which addresses can be delivered to. The storefront has a copy of this folder, so that form and API agree.
 *
 * Terminology
 *   format   the lines of an address in its country, with the fields as %N, %A, %C, %S and %Z.
 *   place    the city or the region. Where a country requires a region alone, such as an emirate, either will do.
 */
import { ADDRESS_COUNTRIES } from './address-countries.generated.ts';
import { withLatinDigits } from './latin-digits.ts';

export interface AddressParts {
  readonly name: string;
  readonly line1: string;
  readonly line2?: string | undefined;
  readonly city?: string | undefined;
  readonly region?: string | undefined;
  readonly postal_code?: string | undefined;
  readonly country: string;
}
export type AddressField = keyof AddressParts;

export interface AddressCountry {
  readonly code: string;
  readonly format: string;
  /** In the country's own script; the same as `format` if it has no other. */
  readonly localFormat: string;
  /** Fields that orders to this country have, in the order of the format. */
  readonly fields: readonly AddressField[];
  readonly required: ReadonlySet<AddressField>;
  readonly postalPattern: RegExp | undefined;
  readonly postalExample: string;
  /** Such as zip, pin, eircode, postcode; '' for a postal code. */
  readonly postalName: string;
  /** Such as state, province, emirate. */
  readonly regionName: string;
  /** Such as district, suburb; '' for a city. */
  readonly cityName: string;
}

export interface AddressProblem {
  readonly field: AddressField;
  readonly reason: 'blank' | 'missing' | 'malformed' | 'unknown';
}

const FIELDS: Readonly<Record<string, readonly AddressField[]>> = {
  N: ['name'],
  A: ['line1', 'line2'],
  C: ['city'],
  S: ['region'],
  Z: ['postal_code'],
};

/** In code points. */
export const MAX_LENGTHS = {
  name: 200,
  line1: 200,
  line2: 200,
  city: 100,
  region: 100,
  postal_code: 20,
} as const satisfies Partial<Record<AddressField, number>>;

let known: ReadonlyMap<string, AddressCountry> | undefined;

/** By code: ISO 3166-1 alpha-2, and XK. */
export function addressCountries(): ReadonlyMap<string, AddressCountry> {
  known ??= new Map(
    ADDRESS_COUNTRIES.trim()
      .split('\n')
      .map((row) => toCountry(row.split('\t')))
      .map((country) => [country.code, country]),
  );
  return known;
}

function toCountry([
  code = '',
  format = '',
  localFormat = '',
  required = '',
  pattern = '',
  postalName = '',
  postalExample = '',
  regionName = '',
  cityName = '',
]: readonly string[]): AddressCountry {
  const needed = new Set<AddressField>(['name', 'line1', 'country']);
  if (required.includes('C')) needed.add('city');
  else if (required.includes('S')) needed.add('region');
  if (required.includes('Z')) needed.add('postal_code');
  return {
    code,
    format,
    localFormat: localFormat || format,
    fields: [...format.matchAll(/%([NACSZ])/g)].flatMap(([, letter = '']) => FIELDS[letter] ?? []),
    required: needed,
    postalPattern: pattern === '' ? undefined : new RegExp(`^(?:${pattern})$`, 'i'),
    postalExample,
    postalName,
    regionName: regionName || 'province',
    cityName,
  };
}

/** Text of nothing that a reader sees. */
const isBlank = (text: string): boolean =>
  /^[\s\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(text);

/** Why an order cannot be delivered there; each field once. Lengths and types are not checked. */
export function findAddressProblems(address: AddressParts): AddressProblem[] {
  const country = addressCountries().get(address.country);
  if (!country) return [...findBlanks(address), { field: 'country', reason: 'unknown' }];
  const blanks = findBlanks(address);
  const missing = [...country.required].filter((field) => {
    if (field === 'region' && address.city !== undefined) return false;
    return address[field] === undefined;
  });
  const { postal_code } = address;
  const isMalformed =
    postal_code !== undefined && !isBlank(postal_code) && !fitsPattern(country, postal_code);
  return [
    ...blanks,
    ...missing.map((field) => ({ field, reason: 'missing' as const })),
    ...(isMalformed ? [{ field: 'postal_code' as const, reason: 'malformed' as const }] : []),
  ];
}

function findBlanks(address: AddressParts): AddressProblem[] {
  const fields = ['name', 'line1', 'line2', 'city', 'region', 'postal_code'] as const;
  return fields
    .filter((field) => address[field] !== undefined && isBlank(address[field]))
    .map((field) => ({ field, reason: 'blank' }));
}

/** Prefixes of postal codes in Europe, where they are not the code of the country. */
const POSTAL_PREFIXES: Readonly<Record<string, string>> = {
  AT: 'A',
  BE: 'B',
  DE: 'D',
  ES: 'E',
  FI: 'FIN',
  FR: 'F',
  HU: 'H',
  IT: 'I',
  LI: 'FL',
  LU: 'L',
  NO: 'N',
  PT: 'P',
  SE: 'S',
  SI: 'SLO',
};

/** Digits of any script, a prefix of the country, and more or fewer spaces, dashes and dots are as good. */
function fitsPattern({ postalPattern, code }: AddressCountry, postalCode: string): boolean {
  if (!postalPattern) return true;
  const text = withLatinDigits(postalCode)
    .replaceAll(/[\p{Pd}\u2212\u30fc]/gu, '-')
    .replace(/^[\s\p{S}]+/u, '')
    .toUpperCase();
  const prefixes = [`${code}-`, `${POSTAL_PREFIXES[code] ?? code}-`];
  const prefix = prefixes.find((each) => text.startsWith(each)) ?? '';
  const pattern = withoutSeparators(postalPattern);
  return [text, text.slice(prefix.length)].some((form) => pattern.test(compact(form)));
}

const compact = (text: string): string => text.replaceAll(/[\s\p{Z}.-]/gu, '');

/** The pattern for a text without spaces and dashes; those in a class of characters are ranges. */
function withoutSeparators({ source, flags }: RegExp): RegExp {
  const short = source.replaceAll(/\[[^\]]*\]\??|[ -]\??/g, (part) =>
    /^(\[ \\-\]|[ -])\??$/.test(part) ? '' : part,
  );
  return new RegExp(short, flags);
}

/** The lines of an address as they are written in its country, without the country's name. */
export function addressLines(address: AddressParts): string[] {
  const country = addressCountries().get(address.country);
  const isLatin = /\p{Script=Latin}/u.test(address.line1);
  const format = (isLatin ? country?.format : country?.localFormat) ?? '%N%n%A%n%C %Z%n%S';
  return withAllFields(format.split('%n'), address)
    .flatMap((line) => (line === '%A' ? ['%1', '%2'] : [line]))
    .map((line) => fillLine(line, address))
    .filter((line) => line !== '');
}

/** Whatever the country's format leaves out stands below the street. */
function withAllFields(
  format: readonly string[],
  { city, region, postal_code }: AddressParts,
): readonly string[] {
  const given = { '%C': city, '%S': region, '%Z': postal_code };
  const extra = Object.entries(given)
    .filter(([token, value]) => value !== undefined && !format.join('').includes(token))
    .map(([token]) => token);
  if (extra.length === 0) return format;
  return format.toSpliced(format.findIndex((line) => line.includes('%A')) + 1, 0, extra.join(' '));
}

/** A separator stands only between two fields that are there. */
function fillLine(line: string, address: AddressParts): string {
  const values: Readonly<Record<string, string | undefined>> = {
    N: address.name,
    A: [address.line1, address.line2].filter((text) => text).join(', '),
    1: address.line1,
    2: address.line2,
    C: address.city,
    S: address.region,
    Z: address.postal_code,
  };
  let filled = '';
  let separator = '';
  for (const [token, letter] of line.matchAll(/%(\w)|[^%]+/g)) {
    const value = letter === undefined ? undefined : values[letter];
    if (letter === undefined) separator = token;
    else if (value) {
      const isPrefix = /[\p{L}\p{S}]/u.test(separator);
      const isGiven = isPrefix && value.toUpperCase().startsWith(separator.trim().toUpperCase());
      filled += isGiven || (filled === '' && !isPrefix) ? value : separator + value;
      separator = '';
    }
  }
  return filled.trim();
}
