import { useMutation } from '@tanstack/react-query';
import * as z from 'zod/mini';
import { ApiError, type ProblemField } from '../../../shared/api/api-error.ts';
import { api } from '../../../shared/api/client.ts';
import type { CheckoutRequest, Order } from '../../../shared/api/types.ts';
import { unwrap } from '../../../shared/api/unwrap.ts';
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

function checkout(
  customerId: string,
  request: Omit<CheckoutRequest, 'customer_id'>,
): Promise<Order> {
  return unwrap(
    api.POST('/api/v1/cart/checkout', { body: { ...request, customer_id: customerId } }),
  );
}

/** Never fails: whatever happens is an outcome. */
export function useCheckout() {
  const session = useSession();
  return useMutation({
    mutationFn: async (request: Omit<CheckoutRequest, 'customer_id'>): Promise<CheckoutOutcome> => {
      try {
        const order = await session.asCustomer((customerId) => checkout(customerId, request));
        return { kind: 'ordered', order };
      } catch (error) {
        return refusalOf(error);
      }
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
