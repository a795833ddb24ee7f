import { useParams } from 'react-router';
import { isConfirmed } from '../../features/orders/life-cycle/is-confirmed.ts';
import { OrderConfirmation } from '../../features/orders/order-confirmation.tsx';
import { OrderDetails } from '../../features/orders/order-details.tsx';
import { OrderHeading } from '../../features/orders/order-heading.tsx';
import { NotFoundPage } from './not-found-page.tsx';

export function ConfirmationPage() {
  const { orderId = '' } = useParams();
  return (
    <OrderDetails
      orderId={orderId}
      notFound={<NotFoundPage />}
      renderHeading={(order) =>
        isConfirmed(order) ? <OrderConfirmation order={order} /> : <OrderHeading order={order} />
      }
    />
  );
}
