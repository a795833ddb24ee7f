import * as z from 'zod/mini';
import {
  type AddressField,
  findAddressProblems,
  MAX_LENGTHS,
} from '../../../shared/address/address-rules.ts';
import { isEmailAddress } from '../../../shared/address/email-address.ts';
import type { Address, CheckoutRequest, Quote } from '../../../shared/api/types.ts';
import { onOneLine } from '../../../shared/lib/one-line.ts';
import { fieldsOf, findCountry, problemSentence } from './address-labels.ts';

/**
 * Terminology
 *   draft    the unfinished form. It survives a reload of the tab, without the payment method.
 *   refusal  a response other than an order. The cart and the form stay unchanged.
 */
const trimmed = z.string().check(z.overwrite(onOneLine), z.trim());

const addressFields = z
  .object({
    name: trimmed,
    line1: trimmed,
    line2: trimmed,
    city: trimmed,
    region: trimmed,
    postal_code: trimmed,
    country: z.string(),
  })
  .check(({ value, issues }) => {
    const refuse = (field: AddressField, message: string) =>
      issues.push({ code: 'custom', input: value, path: [field], message });
    const country = findCountry(value.country);
    const address = toAddress(value);
    for (const problem of findAddressProblems(address)) {
      refuse(problem.field, problemSentence(problem, country));
    }
    for (const field of Object.keys(MAX_LENGTHS) as (keyof typeof MAX_LENGTHS)[]) {
      const max = MAX_LENGTHS[field];
      if ([...(address[field] ?? '')].length > max) refuse(field, `Use at most ${max} characters.`);
    }
  });

export const separateBilling = z.object({
  email: z.string().check(
    z.trim(),
    z.minLength(1, { error: 'Enter your email address.', abort: true }),
    z.refine(isEmailAddress, 'Enter an email address like name@example.com.'),
    z.refine((value) => [...value].length <= 254, 'Use at most 254 characters.'),
  ),
  shipping_address: addressFields,
  billing_same: z.boolean(),
  billing_address: addressFields,
  /** Of the quote; empty is the default. */
  delivery_option: z.string(),
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
  delivery_option: z._default(z.string(), ''),
});

type AddressValues = z.infer<typeof anyAddress>;
export type CheckoutValues = z.infer<typeof separateBilling>;

export function emptyCheckout(country: string): CheckoutValues {
  return {
    email: '',
    shipping_address: emptyAddress(country),
    billing_same: true,
    billing_address: emptyAddress(country),
    delivery_option: '',
    payment_method: '',
  };
}

function emptyAddress(country: string): AddressValues {
  return { name: '', line1: '', line2: '', city: '', region: '', postal_code: '', country };
}

export function toRequest(
  values: CheckoutValues,
  quote: Quote,
): Omit<CheckoutRequest, 'customer_id'> {
  return {
    email: values.email,
    shipping_address: toAddress(values.shipping_address),
    ...(values.billing_same ? {} : { billing_address: toAddress(values.billing_address) }),
    payment_method: values.payment_method,
    ...(values.delivery_option === '' ? {} : { delivery_option: values.delivery_option }),
    expected_total: quote.total,
    quote_id: quote.quote_id,
    shown: {
      total: quote.total,
      lines: quote.lines.map(({ product_id, quantity, total }) => ({
        product_id,
        quantity,
        total,
      })),
    },
  };
}

/** Omits what is empty, and what the country's form does not show. */
function toAddress({ name, line1, country, ...others }: AddressValues): Address {
  const shown = fieldsOf(findCountry(country));
  const given = Object.entries(others).filter(
    ([field, value]) => value !== '' && shown.some((each) => each === field),
  );
  return { name, line1, country, ...Object.fromEntries(given) };
}
