import * as z from 'zod/mini';
import { ApiError, type ProblemField } from '../../shared/api/api-error.ts';
import type { Order } from '../../shared/api/types.ts';

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

/** Every result of a checkout. Each refusal but `failed` has an action for the shopper. */
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

export function toRefusal(error: unknown): CheckoutRefusal {
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
