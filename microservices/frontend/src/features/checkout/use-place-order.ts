import { useRef, useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import type { Order } from '../../shared/api/types.ts';
import { useCheckout } from './api/checkout.ts';
import type { CheckoutRefusal } from './checkout-outcome.ts';
import { clearDraft } from './form/checkout-draft.ts';
import { type CheckoutValues, toRequest } from './form/checkout-schema.ts';
import { showServerErrors } from './form/server-errors.ts';

interface PlaceOrderOptions {
  form: UseFormReturn<CheckoutValues>;
  /** The total on the page; undefined while it is being calculated, and then no order is sent. */
  total: number | undefined;
  onRefused: () => Promise<void>;
  onOrdered: (order: Order) => Promise<void>;
}

export function usePlaceOrder({ form, total, onRefused, onOrdered }: PlaceOrderOptions) {
  const { mutateAsync } = useCheckout();
  const [attempt, setAttempt] = useState(0);
  const [refusal, setRefusal] = useState<CheckoutRefusal>();
  const [placing, setPlacing] = useState(false);
  const inFlight = useRef(false);

  async function send(values: CheckoutValues) {
    if (total === undefined) return;
    const outcome = await mutateAsync(toRequest(values, total));
    if (outcome.kind === 'ordered') {
      clearDraft();
      await onOrdered(outcome.order);
      return;
    }
    await onRefused();
    const shown = outcome.kind === 'invalid' && showServerErrors(form, outcome.errors);
    setRefusal(shown ? undefined : outcome);
    setAttempt((count) => count + 1);
  }

  /** The ref stops a second click that arrives before React has disabled the button. */
  async function placeOrder() {
    if (inFlight.current) return;
    inFlight.current = true;
    setPlacing(true);
    try {
      await form.handleSubmit(send)();
    } finally {
      inFlight.current = false;
      setPlacing(false);
    }
  }

  return { placeOrder, placing, refusal, attempt };
}
