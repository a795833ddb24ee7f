import type { ReactNode } from 'react';
import { failureText } from '../../../shared/api/failure-text.ts';
import { Amounts } from '../../../shared/ui/amounts.tsx';
import { Button } from '../../../shared/ui/button.tsx';
import { Skeleton } from '../../../shared/ui/skeleton.tsx';
import { useQuote } from '../api/get-quote.ts';
import { useCart } from '../state/cart-context.tsx';

interface OrderSummaryProps {
  /** Shown between the heading and the amounts, such as the lines of the cart. */
  lines?: ReactNode;
  children?: ReactNode;
}

export function OrderSummary({ lines, children }: OrderSummaryProps) {
  const { cart, changing } = useCart();
  const quote = useQuote(cart);
  return (
    <section
      aria-labelledby="summary-heading"
      className="rounded-3xl bg-shell p-6 sm:p-8 lg:sticky lg:top-28"
    >
      <h2 id="summary-heading" className="mb-5 font-serif text-2xl">
        Order summary
      </h2>
      {lines}
      {quote.isError ? (
        <div role="alert" className="text-rust">
          <p>The total could not be worked out. {failureText(quote.error)}</p>
          <Button look="secondary" className="mt-3" onClick={() => void quote.refetch()}>
            Try again
          </Button>
        </div>
      ) : quote.data ? (
        <Amounts amounts={quote.data} outdated={changing || quote.isPlaceholderData} />
      ) : (
        <Skeleton className="h-32 w-full" />
      )}
      {children}
    </section>
  );
}
