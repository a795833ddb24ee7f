import { Cart } from '../../features/cart/cart.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';

export function CartPage() {
  return (
    <>
      <PageTitle>Your cart</PageTitle>
      <Cart />
    </>
  );
}
