import { useParams } from 'react-router';
import { LinkedOrder } from '../../features/orders/find/linked-order.tsx';

export function LinkedOrderPage() {
  const { token = '' } = useParams();
  return (
    <>
      {/* The address is enough to see the order. */}
      <meta name="robots" content="noindex" />
      <meta name="referrer" content="same-origin" />
      <LinkedOrder token={token} />
    </>
  );
}
