import {
  type AddressCountry,
  type AddressField,
  type AddressProblem,
  addressCountries,
} from '../../../shared/address/address-rules.ts';

const POSTAL_NAMES: Readonly<Record<string, string>> = {
  zip: 'ZIP code',
  pin: 'PIN code',
  eircode: 'Eircode',
  postcode: 'postcode',
};
const REGION_NAMES: Readonly<Record<string, string>> = { do_si: 'province or city' };
const CITY_NAMES: Readonly<Record<string, string>> = {
  district: 'district',
  post_town: 'town or city',
  suburb: 'suburb, town or city',
};
const ALWAYS: Readonly<Partial<Record<AddressField, string>>> = {
  name: 'full name',
  line1: 'street and number',
  line2: 'apartment, floor, company',
  country: 'country',
};

/** Until a country is chosen, the fields that most countries have. */
const ANY_COUNTRY: readonly AddressField[] = [
  'name',
  'line1',
  'line2',
  'city',
  'region',
  'postal_code',
];

export const findCountry = (code: string): AddressCountry | undefined =>
  addressCountries().get(code);

export const fieldsOf = (country: AddressCountry | undefined): readonly AddressField[] =>
  country?.fields ?? ANY_COUNTRY;

/** As in a sentence: "ZIP code", "prefecture", "town or city". */
function fieldName(field: AddressField, country: AddressCountry | undefined): string {
  if (field === 'postal_code') return POSTAL_NAMES[country?.postalName ?? ''] ?? 'postal code';
  if (field === 'city') return CITY_NAMES[country?.cityName ?? ''] ?? 'town or city';
  if (field === 'region') {
    const name = country?.regionName ?? 'state or region';
    return REGION_NAMES[name] ?? name;
  }
  return ALWAYS[field] ?? field;
}

export function fieldLabel(field: AddressField, country: AddressCountry | undefined): string {
  const name = fieldName(field, country);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What is wrong with a field, and what to do. */
export function problemSentence(
  { field, reason }: AddressProblem,
  country: AddressCountry | undefined,
): string {
  if (field === 'country') return 'Choose a country.';
  const name = fieldName(field, country);
  if (reason === 'control') return `Remove the invisible characters from the ${name}.`;
  if (field === 'line1') return 'Enter the street and house number.';
  if (reason !== 'malformed') return `Enter the ${name}.`;
  const example = country?.postalExample;
  return example ? `Check the ${name}. It looks like ${example}.` : `Check the ${name}.`;
}
