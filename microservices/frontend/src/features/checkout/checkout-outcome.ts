import type { ApiError, ProblemField } from '../../shared/api/api-error.ts';
import type {
  OutOfStockProblem,
  PriceChangedProblem,
  ProductWithdrawnProblem,
  QuoteChangedProblem,
  TotalChangedProblem,
} from '../../shared/api/types.ts';

export type PriceLine = PriceChangedProblem['lines'][number];
export type WithdrawnLine = ProductWithdrawnProblem['lines'][number];
export type QuoteLine = QuoteChangedProblem['lines'][number];
export type StockLine = OutOfStockProblem['lines'][number];

/** Why there is no order, which the shop has proved. Each refusal but `failed` has an action for the shopper. */
export type CheckoutRefusal =
  | { readonly kind: 'product-withdrawn'; readonly lines: readonly WithdrawnLine[] }
  | { readonly kind: 'price-changed'; readonly lines: readonly PriceLine[] }
  | { readonly kind: 'out-of-stock'; readonly lines: readonly StockLine[] }
  | { readonly kind: 'total-changed'; readonly expected: number; readonly current: number }
  | {
      readonly kind: 'quote-changed';
      readonly lines: readonly QuoteLine[];
      readonly shown: number | undefined;
      readonly current: number;
    }
  | { readonly kind: 'payment-declined' }
  | { readonly kind: 'payment-timeout' }
  | { readonly kind: 'payment-unavailable' }
  | { readonly kind: 'order-pending' }
  | { readonly kind: 'order-superseded' }
  | { readonly kind: 'cart-empty' }
  | { readonly kind: 'invalid'; readonly errors: readonly ProblemField[] }
  | { readonly kind: 'failed'; readonly error: ApiError };

export function toRefusal(error: ApiError): CheckoutRefusal {
  const { code, members } = error;
  if (isWithdrawn(members)) return { kind: 'product-withdrawn', lines: members.lines };
  if (isPriceChanged(members)) return { kind: 'price-changed', lines: members.lines };
  if (isOutOfStock(members)) return { kind: 'out-of-stock', lines: members.lines };
  if (isTotalChanged(members)) {
    const { expected_total, current_total } = members;
    return { kind: 'total-changed', expected: expected_total, current: current_total };
  }
  if (isQuoteChanged(members)) {
    const { lines, shown_total, current_total } = members;
    return {
      kind: 'quote-changed',
      lines,
      shown: shown_total ?? undefined,
      current: current_total,
    };
  }
  switch (code) {
    case 'payment-declined':
    case 'payment-timeout':
    case 'payment-unavailable':
    case 'order-pending':
    case 'order-superseded':
    case 'cart-empty':
      return { kind: code };
    case 'validation-failed':
      return { kind: 'invalid', errors: error.errors };
    default:
      return { kind: 'failed', error };
  }
}

type Members = ApiError['members'];

// The contract types the members; a problem that lacks them is shown as a failure.
const isPriceChanged = (problem: Members): problem is PriceChangedProblem =>
  problem.code === 'price-changed' && hasLines(problem);

const isWithdrawn = (problem: Members): problem is ProductWithdrawnProblem =>
  problem.code === 'product-withdrawn' && hasLines(problem);

const isOutOfStock = (problem: Members): problem is OutOfStockProblem =>
  problem.code === 'out-of-stock' && hasLines(problem);

const isTotalChanged = (problem: Members): problem is TotalChangedProblem =>
  problem.code === 'total-changed' &&
  typeof problem.expected_total === 'number' &&
  typeof problem.current_total === 'number';

/** Without lines, taxes or the delivery have changed. */
const isQuoteChanged = (problem: Members): problem is QuoteChangedProblem =>
  problem.code === 'quote-changed' &&
  Array.isArray(problem.lines) &&
  typeof problem.current_total === 'number';

const hasLines = ({ lines }: Members): boolean => Array.isArray(lines) && lines.length > 0;
