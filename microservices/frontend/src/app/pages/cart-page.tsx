import { Cart } from '../../features/cart/cart.tsx';
import { useCart } from '../../features/cart/state/cart-context.tsx';
import { isUnderWay, useOrderAttempts } from '../../features/checkout/attempt/attempt-context.tsx';
import { PendingOrder } from '../../features/checkout/attempt/pending-order.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';

/** While an order is under way an empty cart is no news: the order empties it. */
export function CartPage() {
  const { state } = useOrderAttempts();
  const { cart } = useCart();
  if (isUnderWay(state) && cart?.items.length === 0) return <PendingOrder state={state} />;
  return (
    <>
      <PageTitle>Your cart</PageTitle>
      <Cart />
    </>
  );
}
