import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import * as z from 'zod/mini';
import { ApiError, type ProblemField } from '../../../shared/api/api-error.ts';
import { api } from '../../../shared/api/client.ts';
import { newKey } from '../../../shared/api/fetch-with-retry.ts';
import { unwrap } from '../../../shared/api/read-body.ts';
import type { CheckoutRequest, Order } from '../../../shared/api/types.ts';
import { useSession } from '../../../shared/session-context.ts';

const priceLine = z.object({
  product_id: z.string(),
  product_name: z.string(),
  shown_price: z.number(),
  current_price: z.number(),
});
const stockLine = z.object({
  product_id: z.string(),
  product_name: z.string(),
  requested: z.number(),
  available: z.number(),
});
const priceChange = z.object({ lines: z.array(priceLine).check(z.minLength(1)) });
const shortage = z.object({ lines: z.array(stockLine).check(z.minLength(1)) });
const totalChange = z.object({ expected_total: z.number(), current_total: z.number() });

export type PriceLine = z.infer<typeof priceLine>;
export type StockLine = z.infer<typeof stockLine>;

/** Each way in which a checkout may end that the shopper can do something about. */
export type CheckoutOutcome =
  | { readonly kind: 'ordered'; readonly order: Order }
  | { readonly kind: 'price-changed'; readonly lines: readonly PriceLine[] }
  | { readonly kind: 'out-of-stock'; readonly lines: readonly StockLine[] }
  | { readonly kind: 'total-changed'; readonly expected: number; readonly current: number }
  | { readonly kind: 'payment-declined' }
  | { readonly kind: 'payment-timeout' }
  | { readonly kind: 'cart-empty' }
  | { readonly kind: 'invalid'; readonly errors: readonly ProblemField[] }
  | { readonly kind: 'failed'; readonly error: unknown };

export type CheckoutRefusal = Exclude<CheckoutOutcome, { kind: 'ordered' }>;

type Purchase = Omit<CheckoutRequest, 'customer_id'>;

function checkout(customerId: string, purchase: Purchase, key: string): Promise<Order> {
  return unwrap(
    api.POST('/api/v1/cart/checkout', {
      body: { ...purchase, customer_id: customerId },
      headers: { 'Idempotency-Key': key },
    }),
  );
}

/**
 * Never fails: whatever happens is an outcome. A shopper who was left without an answer and tries the same
 * again asks with the same key, and gets the order that may already be there.
 */
export function useCheckout() {
  const session = useSession();
  const unanswered = useRef<{ key: string; purchase: string } | undefined>(undefined);
  return useMutation({
    mutationFn: async (purchase: Purchase): Promise<CheckoutOutcome> => {
      const text = JSON.stringify(purchase);
      const key = unanswered.current?.purchase === text ? unanswered.current.key : newKey();
      unanswered.current = { key, purchase: text };
      const outcome = await session
        .asCustomer((customerId) => checkout(customerId, purchase, key))
        .then((order): CheckoutOutcome => ({ kind: 'ordered', order }), refusalOf);
      if (outcome.kind !== 'failed') unanswered.current = undefined;
      return outcome;
    },
  });
}

function refusalOf(error: unknown): CheckoutRefusal {
  const failed: CheckoutRefusal = { kind: 'failed', error };
  if (!(error instanceof ApiError)) return failed;
  switch (error.code) {
    case 'price-changed': {
      const parsed = priceChange.safeParse(error.members);
      return parsed.success ? { kind: 'price-changed', lines: parsed.data.lines } : failed;
    }
    case 'out-of-stock': {
      const parsed = shortage.safeParse(error.members);
      return parsed.success ? { kind: 'out-of-stock', lines: parsed.data.lines } : failed;
    }
    case 'total-changed': {
      const parsed = totalChange.safeParse(error.members);
      if (!parsed.success) return failed;
      const { expected_total, current_total } = parsed.data;
      return { kind: 'total-changed', expected: expected_total, current: current_total };
    }
    case 'payment-declined':
    case 'payment-timeout':
    case 'cart-empty':
      return { kind: error.code };
    case 'validation-failed':
      return { kind: 'invalid', errors: error.errors };
    default:
      return failed;
  }
}
