import type { Cart } from '../../shared/api/types.ts';
import { formatMoney } from '../../shared/lib/format.ts';
import { ButtonLink } from '../../shared/ui/button.tsx';
import { useQuote } from './api/get-quote.ts';

/** The total and the checkout link at the bottom of a small screen. */
export function PhoneCheckoutBar({ cart }: { cart: Cart }) {
  const quote = useQuote(cart);
  return (
    <div className="thumb-bar mt-8 flex items-center justify-between gap-4 lg:hidden">
      <p className="text-muted">
        Total{' '}
        <span className="font-semibold text-ink text-lg">
          {quote.data ? formatMoney(quote.data.total, quote.data.currency) : '…'}
        </span>
      </p>
      <ButtonLink to="/checkout" className="grow sm:grow-0">
        Checkout
      </ButtonLink>
    </div>
  );
}
