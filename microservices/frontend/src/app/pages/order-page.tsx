import { Link, useParams } from 'react-router';
import { OrderDetails } from '../../features/orders/order-details.tsx';
import { OrderHeading } from '../../features/orders/order-heading.tsx';
import { NotFoundPage } from './not-found-page.tsx';

export function OrderPage() {
  const { orderId = '' } = useParams();
  return (
    <>
      <nav aria-label="Breadcrumb" className="mb-6 text-sm">
        <Link to="/orders" className="link">
          ← Your orders
        </Link>
      </nav>
      <OrderDetails
        orderId={orderId}
        notFound={<NotFoundPage />}
        renderHeading={(order) => <OrderHeading order={order} />}
      />
    </>
  );
}
