import { type Static, Type } from 'typebox';
import { requiredText, strictObject } from '../schemas.ts';
import { MAX_LENGTHS } from './address-rules.ts';
import { POSTAL_ADDRESS } from './validate-address.ts';

const FIELDS = {
  name: requiredText(MAX_LENGTHS.name),
  line1: requiredText(MAX_LENGTHS.line1, 'Street and number'),
  line2: Type.Optional(requiredText(MAX_LENGTHS.line2)),
  city: Type.Optional(requiredText(MAX_LENGTHS.city, 'Required in most countries')),
  region: Type.Optional(
    requiredText(
      MAX_LENGTHS.region,
      'State, province, emirate …; required where an address has no city',
    ),
  ),
  postal_code: Type.Optional(
    requiredText(
      MAX_LENGTHS.postal_code,
      'Required and checked in countries that have postal codes',
    ),
  ),
  country: Type.String({
    description: 'ISO 3166-1 alpha-2, or XK for Kosovo',
    pattern: '^[A-Z]{2}$',
  }),
};

/** A postal address of an order, as it was accepted when it was placed. */
export const StoredAddress = strictObject(FIELDS);

/** A postal address that an order can be sent to. */
export const Address = Object.assign(
  strictObject(FIELDS, {
    description: 'Has what the country requires; no field is blank or has control characters',
  }),
  { [POSTAL_ADDRESS]: true },
);
export type Address = Static<typeof Address>;

export const Email = Type.String({
  description: '`local@domain.tld`, in any script',
  format: 'idn-email',
  maxLength: 254,
});
