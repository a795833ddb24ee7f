import { useRef, useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import type { Order } from '../../shared/api/types.ts';
import { type CheckoutRefusal, useCheckout } from './api/checkout.ts';
import { dropDraft } from './form/checkout-draft.ts';
import { type CheckoutValues, toRequest } from './form/checkout-schema.ts';
import { showServerErrors } from './form/server-errors.ts';

interface PlaceOrderOptions {
  form: UseFormReturn<CheckoutValues>;
  /** The total on the page; undefined while it is being worked out, and then nothing is ordered. */
  total: number | undefined;
  onRefused: () => Promise<void>;
  onOrdered: (order: Order) => Promise<void>;
}

export function usePlaceOrder({ form, total, onRefused, onOrdered }: PlaceOrderOptions) {
  const { mutateAsync } = useCheckout();
  const [refusal, setRefusal] = useState<CheckoutRefusal>();
  const [placing, setPlacing] = useState(false);
  const inFlight = useRef(false);

  async function send(values: CheckoutValues) {
    if (total === undefined) return;
    const outcome = await mutateAsync(toRequest(values, total));
    if (outcome.kind === 'ordered') {
      dropDraft();
      await onOrdered(outcome.order);
      return;
    }
    await onRefused();
    const shown = outcome.kind === 'invalid' && showServerErrors(form, outcome.errors);
    setRefusal(shown ? undefined : outcome);
  }

  /** A second click arrives before React has disabled the button: the ref is what stops it. */
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

  return { placeOrder, placing, refusal };
}
