import { useMemo } from 'react';
import { listCountries } from './countries.ts';
import { SelectField, TextField } from './field.tsx';

/** Autocomplete tokens name the section, so that a browser can fill each address separately. */
export function AddressFields({ kind }: { kind: 'shipping' | 'billing' }) {
  const at = <Name extends string>(name: Name) => `${kind}_address.${name}` as const;
  const countries = useMemo(listCountries, []);
  return (
    <div className="grid gap-5 sm:grid-cols-6">
      <TextField
        name={at('name')}
        label="Full name"
        autoComplete={`${kind} name`}
        className="sm:col-span-6"
      />
      <TextField
        name={at('line1')}
        label="Street and number"
        autoComplete={`${kind} address-line1`}
        className="sm:col-span-6"
      />
      <TextField
        name={at('line2')}
        label="Apartment, floor, company"
        optional
        autoComplete={`${kind} address-line2`}
        className="sm:col-span-6"
      />
      <TextField
        name={at('postal_code')}
        label="Postal code"
        autoComplete={`${kind} postal-code`}
        autoCapitalize="characters"
        className="sm:col-span-2"
      />
      <TextField
        name={at('city')}
        label="Town or city"
        autoComplete={`${kind} address-level2`}
        className="sm:col-span-4"
      />
      <TextField
        name={at('region')}
        label="State or region"
        optional
        autoComplete={`${kind} address-level1`}
        className="sm:col-span-3"
      />
      <SelectField
        name={at('country')}
        label="Country"
        autoComplete={`${kind} country`}
        className="sm:col-span-3"
      >
        <option value="">Choose…</option>
        {countries.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </SelectField>
    </div>
  );
}
