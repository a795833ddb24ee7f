import { type ReactNode, useState } from 'react';
import { failureText } from '../../../shared/api/failure-text.ts';
import type { Cart } from '../../../shared/api/types.ts';
import { Amounts } from '../../../shared/ui/amounts.tsx';
import { Button } from '../../../shared/ui/button.tsx';
import { Skeleton } from '../../../shared/ui/skeleton.tsx';
import { useQuote } from '../api/get-quote.ts';
import { PromotionCodes } from '../promotions/promotion-codes.tsx';
import { useCart } from '../state/cart-context.tsx';
import { useIssues } from '../stock/use-line-checks.ts';

interface OrderSummaryProps {
  /** Shown between the heading and the amounts, such as the lines of the cart. */
  lines?: ReactNode;
  children?: ReactNode;
  /** The cart that is being ordered, instead of the current one. */
  ordered?: Cart;
}

export function OrderSummary({ lines, children, ordered }: OrderSummaryProps) {
  const { cart: current, changing } = useCart();
  const cart = ordered ?? current;
  const quote = useQuote(cart);
  const error = useLastError(quote);
  const hasNewPrice = useIssues(cart).some(({ check }) => check.newPrice !== undefined);
  return (
    <section
      aria-labelledby="summary-heading"
      className="rounded-3xl bg-shell p-6 sm:p-8 lg:sticky lg:top-28"
    >
      <h2 id="summary-heading" className="mb-5 font-serif text-2xl">
        Order summary
      </h2>
      {lines}
      {quote.data ? (
        <Amounts amounts={quote.data} outdated={changing || quote.isPlaceholderData} />
      ) : error ? (
        <div role="alert" className="text-rust">
          <p>The total could not be worked out. {failureText(error, 'cart')}</p>
          <Button look="secondary" className="mt-3" onClick={() => void quote.refetch()}>
            Try again
          </Button>
        </div>
      ) : (
        <Skeleton className="h-32 w-full" />
      )}
      {hasNewPrice ? (
        <p className="mt-3 text-rust text-sm">A price has changed. This total has the old one.</p>
      ) : null}
      {cart && quote.data ? <PromotionCodes cart={cart} quote={quote.data} /> : null}
      {children}
    </section>
  );
}

/** A failed quote is read again every few seconds; its message stays until one succeeds. */
function useLastError({ error, isSuccess }: ReturnType<typeof useQuote>): Error | null {
  const [last, setLast] = useState(error);
  const current = isSuccess ? null : (error ?? last);
  if (current !== last) setLast(current);
  return current;
}
