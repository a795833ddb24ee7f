import type { Ajv, ErrorObject, SchemaValidateFunction } from 'ajv';
import { type AddressParts, type AddressProblem, findAddressProblems } from './address-rules.ts';
import { isEmailAddress } from './email-address.ts';

/** The keyword of a schema whose objects are postal addresses. */
export const POSTAL_ADDRESS = 'x-postal-address';

const DETAILS: Readonly<Record<AddressProblem['reason'], string>> = {
  blank: 'must not be blank',
  control: 'must be one line, without control characters',
  missing: 'is required in this country',
  malformed: 'is not a postal code of this country',
  unknown: 'must be a country of ISO 3166-1 alpha-2, or XK',
};

const validateAddress: SchemaValidateFunction = (_schema, data, _parent, context) => {
  if (!isAddress(data)) return true;
  const problems = findAddressProblems(data);
  validateAddress.errors = problems.map(
    ({ field, reason }): Partial<ErrorObject> => ({
      keyword: POSTAL_ADDRESS,
      instancePath: `${context?.instancePath ?? ''}/${field}`,
      message: DETAILS[reason],
      params: {},
    }),
  );
  return problems.length === 0;
};

/** Types and required fields are the schema's; what does not fit them has an error already. */
function isAddress(data: unknown): data is AddressParts {
  if (typeof data !== 'object' || data === null) return false;
  const { name, line1, country, ...others } = data as Record<string, unknown>;
  return (
    [name, line1, country].every((value) => typeof value === 'string') &&
    Object.values(others).every((value) => typeof value === 'string')
  );
}

export function addAddressRules(ajv: Ajv): void {
  ajv.addKeyword({ keyword: POSTAL_ADDRESS, errors: true, validate: validateAddress });
  ajv.addFormat('idn-email', isEmailAddress);
}
