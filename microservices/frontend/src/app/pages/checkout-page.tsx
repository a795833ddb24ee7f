import { useNavigate } from 'react-router';
import { useQuote } from '../../features/cart/api/get-quote.ts';
import { Cart } from '../../features/cart/cart.tsx';
import { useCart } from '../../features/cart/state/cart-context.tsx';
import { OrderSummary } from '../../features/cart/summary/order-summary.tsx';
import { SummaryLines } from '../../features/cart/summary/summary-lines.tsx';
import { useCartActions } from '../../features/cart/use-cart-actions.ts';
import { Checkout } from '../../features/checkout/checkout.tsx';
import type { Order } from '../../shared/api/types.ts';
import { PageTitle } from '../../shared/ui/page-title.tsx';

export function CheckoutPage() {
  const { cart, changing, refresh } = useCart();
  const { setQuantity } = useCartActions();
  const navigate = useNavigate();
  const quote = useQuote(cart);
  const isCurrent = quote.isSuccess && !quote.isPlaceholderData && !changing;

  /** Leaves the page before the cart is read again: an empty cart here would look like lost data. */
  async function showOrder(order: Order) {
    await navigate(`/orders/${order.order_id}/confirmation`, { replace: true });
    void refresh();
  }

  return (
    <>
      <PageTitle>Checkout</PageTitle>
      {cart && cart.items.length > 0 ? (
        <Checkout
          cart={cart}
          total={isCurrent ? quote.data.total : undefined}
          renderSummary={(action) => (
            <OrderSummary lines={<SummaryLines cart={cart} />}>{action}</OrderSummary>
          )}
          onSetQuantity={(productId, quantity) => void setQuantity(productId, quantity)}
          onRefused={refresh}
          onOrdered={showOrder}
        />
      ) : (
        <Cart />
      )}
    </>
  );
}
