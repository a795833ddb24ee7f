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

/** The server's own words are for programs. */
const MESSAGE = 'The shop could not accept this. Check it, then try again.';

/**
 * Marks each field that the server refused.
 *
 * @returns whether every error has a field
 */
export function showServerErrors(
  form: UseFormReturn<CheckoutValues>,
  errors: readonly ProblemField[],
): boolean {
  const known = errors.flatMap((error) => {
    const field = FIELDS.get(error.pointer);
    return field ? [field] : [];
  });
  for (const [index, field] of known.entries()) {
    form.setError(field, { type: 'server', message: MESSAGE }, { shouldFocus: index === 0 });
  }
  return errors.length > 0 && known.length === errors.length;
}
