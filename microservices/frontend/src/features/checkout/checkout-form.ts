import { z } from 'zod';
import type { Address, CheckoutRequest } from '../../shared/api/types.ts';

/**
 * Terminology
 *   draft    what was typed so far. It survives a reload of the tab; the way to pay is no part of it.
 *   refusal  an answer other than an order. The cart and the form stay as they are.
 */
const required = (sentence: string, max: number) =>
  z.string().trim().min(1, sentence).max(max, `Use at most ${max} characters.`);
const optional = (max: number) => z.string().trim().max(max, `Use at most ${max} characters.`);

const addressFields = z.object({
  name: required('Enter the full name.', 200),
  line1: required('Enter the street and house number.', 200),
  line2: optional(200),
  city: required('Enter the town or city.', 100),
  region: optional(100),
  postal_code: required('Enter the postal code.', 20),
  country: z.string().regex(/^[A-Z]{2}$/, 'Choose a country.'),
});

const checkoutFields = z.object({
  email: z
    .string()
    .trim()
    .min(1, 'Enter your email address.')
    .max(254, 'Use at most 254 characters.')
    .pipe(z.email('Enter an email address like name@example.com.')),
  shipping_address: addressFields,
  billing_same: z.boolean(),
  billing_address: addressFields,
  payment_method: z.string().min(1, 'Choose how to pay.'),
});

/** What is hidden cannot be wrong: the billing address counts only while it is asked for. */
const unchecked = z.object({
  name: z.string(),
  line1: z.string(),
  line2: z.string(),
  city: z.string(),
  region: z.string(),
  postal_code: z.string(),
  country: z.string(),
});

/** Half a form is no mistake: a draft is checked for its shape alone. */
export const checkoutDraft = z.object({
  email: z.string(),
  shipping_address: unchecked,
  billing_same: z.boolean(),
  billing_address: unchecked,
});

export const separateBilling = checkoutFields;
export const sameBilling = checkoutFields.extend({ billing_address: unchecked });

export type AddressValues = z.infer<typeof addressFields>;
export type CheckoutValues = z.infer<typeof checkoutFields>;

function emptyAddress(country: string): AddressValues {
  return { name: '', line1: '', line2: '', city: '', region: '', postal_code: '', country };
}

export function emptyCheckout(country: string): CheckoutValues {
  return {
    email: '',
    shipping_address: emptyAddress(country),
    billing_same: true,
    billing_address: emptyAddress(country),
    payment_method: '',
  };
}

export function toRequest(
  values: CheckoutValues,
  expectedTotal: number,
): Omit<CheckoutRequest, 'customer_id'> {
  return {
    email: values.email,
    shipping_address: toAddress(values.shipping_address),
    ...(values.billing_same ? {} : { billing_address: toAddress(values.billing_address) }),
    payment_method: values.payment_method,
    expected_total: expectedTotal,
  };
}

/** Fields left empty are left out. */
function toAddress({ line2, region, ...rest }: AddressValues): Address {
  return { ...rest, ...(line2 ? { line2 } : {}), ...(region ? { region } : {}) };
}
