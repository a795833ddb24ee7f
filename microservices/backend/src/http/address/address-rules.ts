/**
 * Which addresses can be delivered to. The storefront has a copy of this folder, so that form and API agree.
 *
 * Terminology
 *   format   the lines of an address in its country, with the fields as %N, %A, %C, %S and %Z.
 *   place    the city or the region. Where a country requires a region alone, such as an emirate, either will do.
 */
import { ADDRESS_COUNTRIES } from './address-countries.generated.ts';
import { fitsPostalPattern } from './postal-code.ts';

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
  readonly reason: 'blank' | 'control' | 'missing' | 'malformed' | 'unknown';
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

/** C0, DEL and C1 of ISO/IEC 6429, and the line breaks beyond: a field is one line that is printed on a label. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

/** Why an order cannot be delivered there; each field once. Lengths and types are not checked. */
export function findAddressProblems(address: AddressParts): AddressProblem[] {
  const country = addressCountries().get(address.country);
  const unreadable = findUnreadable(address);
  if (!country) return [...unreadable, { field: 'country', reason: 'unknown' }];
  const missing = [...country.required].filter((field) => {
    if (field === 'region' && address.city !== undefined) return false;
    return address[field] === undefined;
  });
  const problems = [
    ...unreadable,
    ...missing.map((field) => ({ field, reason: 'missing' as const })),
  ];
  const { postalPattern: pattern, code } = country;
  const { postal_code: typed } = address;
  if (pattern === undefined || typed === undefined) return problems;
  if (problems.some(({ field }) => field === 'postal_code')) return problems;
  if (fitsPostalPattern(code, pattern, typed)) return problems;
  return [...problems, { field: 'postal_code', reason: 'malformed' }];
}

/** Fields with text that nobody can read, or print on one line. */
function findUnreadable(address: AddressParts): AddressProblem[] {
  const fields = ['name', 'line1', 'line2', 'city', 'region', 'postal_code'] as const;
  return fields.flatMap((field): AddressProblem[] => {
    const text = address[field];
    if (text === undefined) return [];
    if (isBlank(text)) return [{ field, reason: 'blank' }];
    return CONTROL.test(text) ? [{ field, reason: 'control' }] : [];
  });
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
