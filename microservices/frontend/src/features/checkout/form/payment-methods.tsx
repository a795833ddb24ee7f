import { lazy, Suspense, useId, useState } from 'react';
import { useFormContext } from 'react-hook-form';
import { Button } from '../../../shared/ui/button.tsx';
import { LoadingLabel, Skeleton } from '../../../shared/ui/skeleton.tsx';
import { usePaymentSettings } from '../api/payment-settings.ts';
import type { CheckoutValues } from './checkout-schema.ts';

/** With Stripe’s library, which a shop with another provider never loads. */
const LazyStripeFields = lazy(async () => {
  const { StripeFields } = await import('../payment/stripe-fields.tsx');
  return { default: StripeFields };
});

const METHODS = [
  {
    token: 'pm_test_approve',
    label: 'Test card that is approved',
    hint: 'The payment goes through and the order is placed.',
  },
  {
    token: 'pm_test_decline',
    label: 'Test card that is declined',
    hint: 'The bank refuses; nothing is ordered.',
  },
  {
    token: 'pm_test_timeout',
    label: 'Test card that times out',
    hint: 'The bank does not answer; nothing is ordered.',
  },
  {
    token: 'pm_test_authenticate',
    label: 'Test card whose bank asks who you are',
    hint: 'The order waits until you confirm the payment.',
  },
] as const;

interface PaymentMethodsProps {
  total: number | undefined;
  currency: string;
}

export function PaymentMethods({ total, currency }: PaymentMethodsProps) {
  const { data: settings, isError, refetch } = usePaymentSettings();
  const shown = useLastKnown(total);
  if (isError) return <NoMethods onRetry={() => void refetch()} />;
  if (!settings) return <MethodsSkeleton />;
  if (settings.provider !== 'stripe' || !settings.publishable_key) return <TestMethods />;
  const account = {
    publishableKey: settings.publishable_key,
    captureMethod: settings.capture_method ?? 'automatic',
  };
  return shown === undefined ? (
    <MethodsSkeleton />
  ) : (
    <Suspense fallback={<MethodsSkeleton />}>
      <LazyStripeFields account={account} total={shown} currency={currency} />
    </Suspense>
  );
}

/** While the total is calculated again, the form stays, with what the shopper has entered. */
function useLastKnown(total: number | undefined): number | undefined {
  const [known, setKnown] = useState(total);
  if (total !== undefined && total !== known) setKnown(total);
  return total ?? known;
}

function MethodsSkeleton() {
  return (
    <div className="space-y-3">
      <LoadingLabel>Loading the ways to pay</LoadingLabel>
      <Skeleton className="mb-4 h-8 w-32" />
      <Skeleton className="h-40 w-full rounded-xl" />
    </div>
  );
}

function NoMethods({ onRetry }: { onRetry: () => void }) {
  return (
    <div role="alert">
      <p className="mb-4 font-serif text-2xl">Payment</p>
      <p className="mb-4">The ways to pay could not be loaded, so you cannot order right now.</p>
      <Button look="secondary" onClick={onRetry}>
        Load them again
      </Button>
    </div>
  );
}

function TestMethods() {
  const id = useId();
  const { register, formState } = useFormContext<CheckoutValues>();
  const error = formState.errors.payment_method?.message;
  return (
    <fieldset aria-describedby={`${id}-mode ${id}-error`}>
      <legend className="mb-4 font-serif text-2xl">Payment</legend>
      <p id={`${id}-mode`} className="mb-4 rounded-xl bg-honey px-4 py-3">
        <strong>Test mode.</strong> No money moves and no card number is needed: choose how the bank
        responds.
      </p>
      <div className="space-y-3">
        {METHODS.map(({ token, label, hint }) => (
          <label
            key={token}
            className="flex cursor-pointer items-start gap-4 rounded-xl border border-line bg-paper p-4 transition-colors hover:border-ink has-checked:border-ink has-checked:bg-shell"
          >
            <input
              type="radio"
              value={token}
              {...register('payment_method')}
              aria-describedby={`${id}-${token}`}
              aria-label={label}
              aria-invalid={error ? true : undefined}
              className="mt-1 size-5 shrink-0 accent-ink"
            />
            <span>
              <span className="block font-medium">{label}</span>
              <span id={`${id}-${token}`} className="block text-muted text-sm">
                {hint}
              </span>
            </span>
          </label>
        ))}
      </div>
      <p id={`${id}-error`} className="mt-2 font-medium text-rust text-sm">
        {error}
      </p>
    </fieldset>
  );
}
