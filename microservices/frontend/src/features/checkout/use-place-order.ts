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
  const [tokenizing, setTokenizing] = useState(false);

  useEffect(() => {
    if (state.kind !== 'refused') return;
    const refusal = toRefusal(state.error);
    const isInForm = refusal.kind === 'invalid' && showServerErrors(form, refusal.errors);
    setShown(isInForm ? undefined : { key: state.key, refusal });
    attempts.forget();
  }, [attempts, form, state]);

  const placeOrder = form.handleSubmit(async (values) => {
    setTokenizing(true);
    const paid = await withToken(values).finally(() => setTokenizing(false));
    if (typeof paid === 'string') form.setError('payment_method', { message: paid });
    else if (quote !== undefined) attempts.place(newAttempt(paid, cart, quote));
  });

  return { placeOrder, placing: tokenizing || isUnderWay(state), shown };
}

/** With what the payment provider’s own form has made of a card. @returns a sentence if it cannot be used */
async function withToken(values: CheckoutValues): Promise<CheckoutValues | string> {
  if (values.payment_method !== 'stripe') return values;
  try {
    const { createToken } = await import('../../shared/payment/stripe-page.ts');
    const made = await createToken();
    return made.kind === 'token' ? { ...values, payment_method: made.token } : made.message;
  } catch {
    return 'The payment form did not answer, and nothing was ordered. Try again, or reload the page.';
  }
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
