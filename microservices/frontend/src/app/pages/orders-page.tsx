import { isUnderWay, useOrderAttempts } from '../../features/checkout/attempt/attempt-context.tsx';
import { PendingOrder } from '../../features/checkout/attempt/pending-order.tsx';
import { OrderList } from '../../features/orders/order-list.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';

/** An order that is under way may be the first one. */
export function OrdersPage() {
  const { state } = useOrderAttempts();
  return (
    <>
      <PageTitle>Your orders</PageTitle>
      <OrderList whenEmpty={isUnderWay(state) ? <PendingOrder state={state} /> : undefined} />
    </>
  );
}
