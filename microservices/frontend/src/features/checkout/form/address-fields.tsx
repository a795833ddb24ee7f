import { useMemo } from 'react';
import { useWatch } from 'react-hook-form';
import type { AddressCountry, AddressField } from '../../../shared/address/address-rules.ts';
import { pasteOnOneLine } from '../../../shared/lib/one-line.ts';
import { fieldLabel, fieldsOf, findCountry } from './address-labels.ts';
import type { CheckoutValues } from './checkout-schema.ts';
import { listCountries } from './countries.ts';
import { SelectField, TextField } from './field.tsx';

const AUTOCOMPLETE: Readonly<Record<AddressField, string>> = {
  name: 'name',
  line1: 'address-line1',
  line2: 'address-line2',
  city: 'address-level2',
  region: 'address-level1',
  postal_code: 'postal-code',
  country: 'country',
};
const WIDE: ReadonlySet<AddressField> = new Set(['name', 'line1', 'line2']);
const HALVES = 'sm:col-span-3';
const NARROW: readonly string[] = ['', 'sm:col-span-6', HALVES, 'sm:col-span-2'];

/**
 * The fields of the country, in its order and with its words; the country is first because it decides them.
 * Autocomplete tokens name the section, so that a browser can fill each address separately.
 */
export function AddressFields({ kind }: { kind: 'shipping' | 'billing' }) {
  const countries = useMemo(listCountries, []);
  const code = useWatch<CheckoutValues, `${typeof kind}_address.country`>({
    name: `${kind}_address.country`,
  });
  const country = findCountry(code);
  const fields = fieldsOf(country);
  const narrow = NARROW[fields.filter((field) => !WIDE.has(field)).length];
  return (
    <div className="grid gap-5 sm:grid-cols-6">
      <SelectField
        name={`${kind}_address.country`}
        label="Country"
        autoComplete={`${kind} country`}
        className="sm:col-span-6"
      >
        <option value="">Choose…</option>
        {countries.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </SelectField>
      {fields.map((field) => (
        <TextField
          key={field}
          name={`${kind}_address.${field}`}
          label={fieldLabel(field, country)}
          optional={isOptional(field, country)}
          autoComplete={`${kind} ${AUTOCOMPLETE[field]}`}
          onPaste={pasteOnOneLine}
          autoCapitalize={field === 'postal_code' ? 'characters' : undefined}
          className={WIDE.has(field) ? 'sm:col-span-6' : (narrow ?? HALVES)}
        />
      ))}
    </div>
  );
}

const isOptional = (field: AddressField, country: AddressCountry | undefined): boolean =>
  country ? !country.required.has(field) : field === 'line2' || field === 'region';
