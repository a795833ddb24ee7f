import { useEffect, useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import { newIdempotencyKey } from '../../shared/api/fetch-with-retry.ts';
import type { Cart, Quote } from '../../shared/api/types.ts';
import { isUnderWay, useOrderAttempts } from './attempt/attempt-context.tsx';
import type { OrderAttempt } from './attempt/order-attempt.ts';
import { type CheckoutRefusal, toRefusal } from './checkout-outcome.ts';
import { type CheckoutValues, toRequest } from './form/checkout-schema.ts';
import { showServerErrors } from './form/server-errors.ts';

interface PlaceOrderOptions {
  form: UseFormReturn<CheckoutValues>;
  cart: Cart;
  /** On the page; undefined while it is being calculated, and then no order is sent. */
  quote: Quote | undefined;
}

interface ShownRefusal {
  /** Of the attempt: each has its own panel. */
  readonly key: string;
  readonly refusal: CheckoutRefusal;
}

export function usePlaceOrder({ form, cart, quote }: PlaceOrderOptions) {
  const { attempts, state } = useOrderAttempts();
  const [shown, setShown] = useState<ShownRefusal>();

  useEffect(() => {
    if (state.kind !== 'refused') return;
    const refusal = toRefusal(state.error);
    const isInForm = refusal.kind === 'invalid' && showServerErrors(form, refusal.errors);
    setShown(isInForm ? undefined : { key: state.key, refusal });
    attempts.forget();
  }, [attempts, form, state]);

  const placeOrder = form.handleSubmit((values) => {
    if (quote !== undefined) attempts.place(newAttempt(values, cart, quote));
  });

  return { placeOrder, placing: isUnderWay(state), shown };
}

function newAttempt(values: CheckoutValues, cart: Cart, quote: Quote): OrderAttempt {
  const now = Date.now();
  return {
    key: newIdempotencyKey(),
    body: { ...toRequest(values, quote), customer_id: cart.customer_id },
    currency: cart.currency,
    count: cart.total_items,
    cartChangedAt: cart.updated_at ?? undefined,
    startedAt: now,
    wantedAt: now,
    sentAt: now,
    inDoubt: false,
  };
}
