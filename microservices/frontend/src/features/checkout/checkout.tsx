import { zodResolver } from '@hookform/resolvers/zod';
import { type ReactNode, useEffect } from 'react';
import { FormProvider, useForm, useFormContext, useWatch } from 'react-hook-form';
import type { Cart, Order } from '../../shared/api/types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { AddressFields } from './form/address-fields.tsx';
import { readDraft, writeDraft } from './form/checkout-draft.ts';
import {
  type CheckoutValues,
  emptyCheckout,
  sameBilling,
  separateBilling,
} from './form/checkout-schema.ts';
import { likelyCountry } from './form/countries.ts';
import { TextField } from './form/field.tsx';
import { PaymentMethods } from './form/payment-methods.tsx';
import { RefusalPanel } from './refusals/refusal-panel.tsx';
import { usePlaceOrder } from './use-place-order.ts';

interface CheckoutProps {
  cart: Cart;
  /** The total that the shopper sees and accepts; undefined while it is being calculated. */
  total: number | undefined;
  renderSummary: (action: ReactNode) => ReactNode;
  /** 0 removes the line. */
  onSetQuantity: (productId: string, quantity: number) => void;
  onRefused: () => Promise<void>;
  onOrdered: (order: Order) => Promise<void>;
}

export function Checkout({
  cart,
  total,
  renderSummary,
  onSetQuantity,
  onRefused,
  onOrdered,
}: CheckoutProps) {
  const form = useCheckoutForm();
  const { placeOrder, placing, refusal, attempt } = usePlaceOrder({
    form,
    total,
    onRefused,
    onOrdered,
  });
  return (
    <FormProvider {...form}>
      <h1 className="mb-8 font-serif text-4xl sm:text-5xl">Checkout</h1>
      <form
        noValidate
        aria-label="Checkout"
        onSubmit={(event) => {
          event.preventDefault();
          void placeOrder();
        }}
        className="grid gap-10 lg:grid-cols-[1fr_24rem] lg:gap-16"
      >
        <div className="space-y-10">
          {refusal ? (
            <RefusalPanel
              key={attempt}
              refusal={refusal}
              cart={cart}
              total={total}
              placing={placing}
              onAccept={() => void placeOrder()}
              onSetQuantity={onSetQuantity}
            />
          ) : null}
          <ContactFields />
          <ShippingFields />
          <BillingFields />
          <PaymentMethods />
        </div>
        <div>
          {renderSummary(
            <div className="mt-6">
              <Button type="submit" disabled={placing || total === undefined} className="w-full">
                {placing ? 'Placing your order…' : 'Place order'}
              </Button>
              <p className="mt-4 text-muted text-sm">
                You will be charged the total above, or nothing at all.
              </p>
            </div>,
          )}
        </div>
      </form>
    </FormProvider>
  );
}

const resolveSame = zodResolver(sameBilling);
const resolveSeparate = zodResolver(separateBilling);

function useCheckoutForm() {
  const form = useForm<CheckoutValues>({
    resolver: (values, context, options) =>
      (values.billing_same ? resolveSame : resolveSeparate)(values, context, options),
    mode: 'onTouched',
    defaultValues: readDraft(emptyCheckout(likelyCountry(navigator.language))),
  });
  useEffect(
    () =>
      form.subscribe({ formState: { values: true }, callback: ({ values }) => writeDraft(values) }),
    [form],
  );
  return form;
}

function ContactFields() {
  return (
    <fieldset>
      <legend className="mb-4 font-serif text-2xl">Contact</legend>
      <TextField
        name="email"
        label="Email"
        type="email"
        inputMode="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        hint="Only about this order."
      />
    </fieldset>
  );
}

function ShippingFields() {
  return (
    <fieldset>
      <legend className="mb-4 font-serif text-2xl">Delivery address</legend>
      <AddressFields kind="shipping" />
    </fieldset>
  );
}

function BillingFields() {
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
