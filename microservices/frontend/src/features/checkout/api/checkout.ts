import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { api } from '../../../shared/api/client.ts';
import { newIdempotencyKey } from '../../../shared/api/fetch-with-retry.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import type { CheckoutRequest, Order } from '../../../shared/api/types.ts';
import { useSession } from '../../../shared/session-context.ts';
import { type CheckoutOutcome, toRefusal } from '../checkout-outcome.ts';

type Purchase = Omit<CheckoutRequest, 'customer_id'>;

function checkout(customerId: string, purchase: Purchase, key: string): Promise<Order> {
  return readBody(
    api.POST('/api/v1/cart/checkout', {
      body: { ...purchase, customer_id: customerId },
      headers: { 'Idempotency-Key': key },
    }),
  );
}

/**
 * Never rejects: every result is a `CheckoutOutcome`. After a request without a response, the same purchase
 * is sent with the same idempotency key, and gets the order that may already exist.
 */
export function useCheckout() {
  const session = useSession();
  const unanswered = useRef<{ key: string; purchase: string } | undefined>(undefined);
  return useMutation({
    mutationFn: async (purchase: Purchase): Promise<CheckoutOutcome> => {
      const text = JSON.stringify(purchase);
      const key =
        unanswered.current?.purchase === text ? unanswered.current.key : newIdempotencyKey();
      unanswered.current = { key, purchase: text };
      const outcome = await session
        .asCustomer((customerId) => checkout(customerId, purchase, key))
        .then((order): CheckoutOutcome => ({ kind: 'ordered', order }), toRefusal);
      if (outcome.kind !== 'failed') unanswered.current = undefined;
      return outcome;
    },
  });
}
