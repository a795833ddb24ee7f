import { useFormContext, useWatch } from 'react-hook-form';
import { AddressFields } from './address-fields.tsx';
import type { CheckoutValues } from './checkout-schema.ts';

export function BillingFields() {
  const { register } = useFormContext<CheckoutValues>();
  const same = useWatch<CheckoutValues, 'billing_same'>({ name: 'billing_same' });
  return (
    <fieldset>
      <legend className="mb-4 font-serif text-2xl">Billing address</legend>
      <label className="flex min-h-11 cursor-pointer items-center gap-3">
        <input type="checkbox" {...register('billing_same')} className="size-5 accent-ink" />
        Billing address is the same as the delivery address
      </label>
      {same ? null : (
        <div className="mt-5">
          <AddressFields kind="billing" />
        </div>
      )}
    </fieldset>
  );
}
