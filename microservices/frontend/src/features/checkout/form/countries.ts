import { addressCountries } from '../../../shared/address/address-rules.ts';
import { countryName } from '../../../shared/lib/format.ts';

export interface Country {
  readonly code: string;
  readonly name: string;
}

export function listCountries(): readonly Country[] {
  return [...addressCountries().keys()]
    .map((code) => ({ code, name: countryName(code) }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** The region of the browser's language, such as GB in en-GB; "" if it has none. */
export function likelyCountry(language: string): string {
  const region = /-([A-Z]{2})\b/.exec(language)?.[1] ?? '';
  return addressCountries().has(region) ? region : '';
}
