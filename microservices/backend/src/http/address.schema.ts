import { type Static, Type } from 'typebox';
import { requiredText, strictObject } from './schemas.ts';

/** A postal address. */
export const Address = strictObject({
  name: requiredText(200),
  line1: requiredText(200),
  line2: Type.Optional(requiredText(200)),
  city: requiredText(100),
  region: Type.Optional(requiredText(100, 'State, province or county')),
  postal_code: requiredText(20),
  country: Type.String({ description: 'ISO 3166-1 alpha-2', pattern: '^[A-Z]{2}$' }),
});
export type Address = Static<typeof Address>;
