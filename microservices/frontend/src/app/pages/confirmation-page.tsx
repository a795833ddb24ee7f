import { useParams } from 'react-router';
import { OrderConfirmation } from '../../features/orders/order-confirmation.tsx';
import { OrderDetails, OrderHeading } from '../../features/orders/order-details.tsx';
import { NotFoundPage } from './not-found-page.tsx';

export function ConfirmationPage() {
  const { orderId = '' } = useParams();
  return (
    <OrderDetails
      orderId={orderId}
      notFound={<NotFoundPage />}
      renderHeading={(order) =>
        order.status === 'cancelled' ? (
          <OrderHeading order={order} />
        ) : (
          <OrderConfirmation order={order} />
        )
      }
    />
  );
}
