import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect } from 'react';
import { useForm } from 'react-hook-form';
import { attempt } from '../../../shared/lib/attempt.ts';
import { readDraft, writeDraft } from './checkout-draft.ts';
import {
  type CheckoutValues,
  emptyCheckout,
  sameBilling,
  separateBilling,
} from './checkout-schema.ts';
import { likelyCountry } from './countries.ts';

const resolveSame = zodResolver(sameBilling);
const resolveSeparate = zodResolver(separateBilling);

/** The checkout form, restored from the draft and saved to it. */
export function useCheckoutForm() {
  const form = useForm<CheckoutValues>({
    resolver: (values, context, options) =>
      (values.billing_same ? resolveSame : resolveSeparate)(values, context, options),
    mode: 'onTouched',
    defaultValues: readDraft(emptyCheckout(likelyCountry(attempt(() => navigator.language) ?? ''))),
  });
  useEffect(
    () =>
      form.subscribe({ formState: { values: true }, callback: ({ values }) => writeDraft(values) }),
    [form],
  );
  return form;
}
