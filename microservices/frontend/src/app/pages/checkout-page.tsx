import { type ReactNode, useState } from 'react';
import { QuotesFixed, QuoteTermsContext, useQuote } from '../../features/cart/api/get-quote.ts';
import { Cart } from '../../features/cart/cart.tsx';
import { useCart } from '../../features/cart/state/cart-context.tsx';
import { CartIssues } from '../../features/cart/stock/cart-issues.tsx';
import { OrderSummary } from '../../features/cart/summary/order-summary.tsx';
import { SummaryLines } from '../../features/cart/summary/summary-lines.tsx';
import { useCartActions } from '../../features/cart/use-cart-actions.ts';
import { isUnderWay, useOrderAttempts } from '../../features/checkout/attempt/attempt-context.tsx';
import type { PendingState } from '../../features/checkout/attempt/order-attempts.ts';
import { PendingOrder } from '../../features/checkout/attempt/pending-order.tsx';
import { Checkout } from '../../features/checkout/checkout.tsx';
import { useQuoteTerms } from '../../features/checkout/delivery/use-quote-terms.ts';
import { useCheckoutForm } from '../../features/checkout/form/use-checkout-form.ts';
import { RecentOrder } from '../../features/orders/recent-order.tsx';
import type { Cart as CartData } from '../../shared/api/types.ts';
import { PageTitle } from '../../shared/ui/page-title.tsx';

/**
 * The order decides what is shown, then the cart: the order empties the cart before its response arrives. The
 * form stays mounted, so that it is complete after a refusal.
 */
export function CheckoutPage() {
  const { state } = useOrderAttempts();
  const { cart } = useCart();
  const underWay = isUnderWay(state);
  const shown = useFixed(cart, underWay);
  const hasForm = shown !== undefined && shown.items.length > 0;
  const isPending = isUnderWay(state) && !(hasForm && isQuick(state));
  return (
    <>
      {isPending ? <PendingOrder state={state} /> : <PageTitle>Checkout</PageTitle>}
      {hasForm ? (
        <div hidden={isPending}>
          <QuotesFixed value={underWay}>
            <CheckoutForm cart={shown} />
          </QuotesFixed>
        </div>
      ) : null}
      {isPending || hasForm ? null : <NothingToOrder cart={cart} />}
    </>
  );
}

/** As long as all goes well, the form stays in sight until the confirmation replaces it. */
const isQuick = (state: PendingState): boolean =>
  state.kind === 'placing' || (state.kind === 'ordered' && state.after === 'placing');

function CheckoutForm({ cart }: { cart: CartData }) {
  const form = useCheckoutForm();
  const { terms, isSettled } = useQuoteTerms(form);
  return (
    <QuoteTermsContext value={terms}>
      <QuotedCheckout cart={cart} form={form} isSettled={isSettled} />
    </QuoteTermsContext>
  );
}

interface QuotedCheckoutProps {
  cart: CartData;
  form: ReturnType<typeof useCheckoutForm>;
  /** Whether the terms of the quote are those of the form. */
  isSettled: boolean;
}

function QuotedCheckout({ cart, form, isSettled }: QuotedCheckoutProps) {
  const { changing } = useCart();
  const { reduce } = useCartActions();
  const quote = useQuote(cart);
  const isCurrent = !quote.isPlaceholderData && !changing && isSettled;
  const renderSummary = (action: ReactNode) => (
    <OrderSummary ordered={cart} lines={<SummaryLines cart={cart} />}>
      {action}
    </OrderSummary>
  );
  return (
    <Checkout
      form={form}
      cart={cart}
      quote={quote.data}
      isCurrent={isCurrent}
      renderSummary={renderSummary}
      notice={<CartIssues cart={cart} />}
      onSetQuantity={(productId, quantity) => void reduce(productId, quantity)}
    />
  );
}

function NothingToOrder({ cart }: { cart: CartData | undefined }) {
  return cart ? <RecentOrder otherwise={<Cart />} /> : <Cart />;
}

/** The value of before `isFixed`, as long as that lasts. */
function useFixed<Value>(value: Value, isFixed: boolean): Value {
  const [kept, setKept] = useState(value);
  if (isFixed) return kept;
  if (kept !== value) setKept(value);
  return value;
}
