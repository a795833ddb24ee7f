import { useEffect, useRef, useState } from 'react';
import { useFormContext } from 'react-hook-form';
import { mountPayment, type StripeAccount } from '../../../shared/payment/stripe-page.ts';
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
  const [failure, setFailure] = useState<string>();
  const error = formState.errors.payment_method?.message ?? failure;
  const { publishableKey, captureMethod } = account;
  useEffect(() => {
    setValue('payment_method', 'stripe');
    let isOpen = true;
    let close = () => {};
    if (!host.current) return;
    mountPayment(host.current, { publishableKey, captureMethod }, { total, currency }).then(
      (unmount) => {
        if (isOpen) close = unmount;
        else unmount();
      },
      (cause: unknown) => setFailure(cause instanceof Error ? cause.message : undefined),
    );
    return () => {
      isOpen = false;
      close();
    };
  }, [publishableKey, captureMethod, total, currency, setValue]);
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
