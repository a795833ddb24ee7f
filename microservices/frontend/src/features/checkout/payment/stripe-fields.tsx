import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useFormContext } from 'react-hook-form';
import {
  mountPayment,
  type PaymentForm,
  type StripeAccount,
} from '../../../shared/payment/stripe-page.ts';
import type { CheckoutValues } from '../form/checkout-schema.ts';

interface StripeFieldsProps {
  account: StripeAccount;
  total: number;
  currency: string;
}

/** Stripe's Payment Element. What the form has is only that it is used. */
export function StripeFields({ account, total, currency }: StripeFieldsProps) {
  const host = useRef<HTMLDivElement>(null);
  const { setValue, formState } = useFormContext<CheckoutValues>();
  const [opened, setOpened] = useState<PaymentForm>();
  const [failure, setFailure] = useState<string>();
  const error = formState.errors.payment_method?.message ?? failure;
  const { publishableKey, captureMethod } = account;
  const totalNow = useEffectEvent(() => total);
  useEffect(() => {
    setValue('payment_method', 'stripe');
    let isOpen = true;
    let close = () => {};
    if (!host.current) return;
    const amount = { total: totalNow(), currency };
    mountPayment(host.current, { publishableKey, captureMethod }, amount).then(
      (form) => {
        close = form.remove;
        if (isOpen) setOpened(form);
        else close();
      },
      (cause: unknown) => setFailure(cause instanceof Error ? cause.message : undefined),
    );
    return () => {
      isOpen = false;
      close();
    };
  }, [publishableKey, captureMethod, currency, setValue]);
  useEffect(() => opened?.setTotal(total), [opened, total]);
  return (
    <fieldset>
      <legend className="mb-4 font-serif text-2xl">Payment</legend>
      <div ref={host} />
      <p role="alert" className="mt-2 font-medium text-rust text-sm">
        {error}
      </p>
    </fieldset>
  );
}
