import * as z from 'zod/mini';
import type { Address, CheckoutRequest } from '../../../shared/api/types.ts';

/**
 * Terminology
 *   draft    the unfinished form. It survives a reload of the tab, without the payment method.
 *   refusal  a response other than an order. The cart and the form stay unchanged.
 */
const atMost = (max: number) => z.maxLength(max, `Use at most ${max} characters.`);
const required = (sentence: string, max: number) =>
  z.string().check(z.trim(), z.minLength(1, sentence), atMost(max));
const optional = (max: number) => z.string().check(z.trim(), atMost(max));

const addressFields = z.object({
  name: required('Enter the full name.', 200),
  line1: required('Enter the street and house number.', 200),
  line2: optional(200),
  city: required('Enter the town or city.', 100),
  region: optional(100),
  postal_code: required('Enter the postal code.', 20),
  country: z.string().check(z.regex(/^[A-Z]{2}$/, 'Choose a country.')),
});

export const separateBilling = z.object({
  email: z
    .string()
    .check(
      z.trim(),
      z.minLength(1, { error: 'Enter your email address.', abort: true }),
      z.email('Enter an email address like name@example.com.'),
      atMost(254),
    ),
  shipping_address: addressFields,
  billing_same: z.boolean(),
  billing_address: addressFields,
  payment_method: z.string().check(z.minLength(1, 'Choose how to pay.')),
});

const anyAddress = z.object({
  name: z.string(),
  line1: z.string(),
  line2: z.string(),
  city: z.string(),
  region: z.string(),
  postal_code: z.string(),
  country: z.string(),
});

/** Does not validate the billing address while it is hidden. */
export const sameBilling = z.extend(separateBilling, { billing_address: anyAddress });

/** Checks only the shape of a draft, which may be incomplete. */
export const checkoutDraft = z.object({
  email: z.string(),
  shipping_address: anyAddress,
  billing_same: z.boolean(),
  billing_address: anyAddress,
});

type AddressValues = z.infer<typeof addressFields>;
export type CheckoutValues = z.infer<typeof separateBilling>;

export function emptyCheckout(country: string): CheckoutValues {
  return {
    email: '',
    shipping_address: emptyAddress(country),
    billing_same: true,
    billing_address: emptyAddress(country),
    payment_method: '',
  };
}

function emptyAddress(country: string): AddressValues {
  return { name: '', line1: '', line2: '', city: '', region: '', postal_code: '', country };
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

/** Omits empty optional fields. */
function toAddress({ line2, region, ...rest }: AddressValues): Address {
  return { ...rest, ...(line2 ? { line2 } : {}), ...(region ? { region } : {}) };
}
