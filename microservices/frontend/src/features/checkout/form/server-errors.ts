import type { FieldPath, UseFormReturn } from 'react-hook-form';
import type { ProblemField } from '../../../shared/api/api-error.ts';
import type { CheckoutValues } from './checkout-schema.ts';

const ADDRESS = ['name', 'line1', 'line2', 'city', 'region', 'postal_code', 'country'] as const;

const FIELDS = new Map<string, FieldPath<CheckoutValues>>([
  ['/email', 'email'],
  ['/payment_method', 'payment_method'],
  ...ADDRESS.flatMap((name): [string, FieldPath<CheckoutValues>][] => [
    [`/shipping_address/${name}`, `shipping_address.${name}`],
    [`/billing_address/${name}`, `billing_address.${name}`],
  ]),
]);

/**
 * Shows each validation error of the server at its field.
 *
 * @returns whether every error has a field
 */
export function showServerErrors(
  form: UseFormReturn<CheckoutValues>,
  errors: readonly ProblemField[],
): boolean {
  const known = errors.flatMap((error) => {
    const field = FIELDS.get(error.pointer);
    return field ? [{ field, message: error.detail }] : [];
  });
  for (const [index, { field, message }] of known.entries()) {
    form.setError(field, { type: 'server', message }, { shouldFocus: index === 0 });
  }
  return errors.length > 0 && known.length === errors.length;
}
