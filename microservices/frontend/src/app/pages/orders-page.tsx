import { OrderList } from '../../features/orders/order-list.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';

export function OrdersPage() {
  return (
    <>
      <PageTitle>Your orders</PageTitle>
      <OrderList />
    </>
  );
}
