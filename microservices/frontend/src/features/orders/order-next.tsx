import type { OrderDetails } from '../../shared/api/types.ts';
import { ButtonLink } from '../../shared/ui/button.tsx';
import { CancelOrder } from './cancel/cancel-order.tsx';
import { nextText } from './life-cycle/order-texts.ts';
import { TrackingLink } from './life-cycle/parcel.tsx';
import { PaymentStep } from './life-cycle/payment-step.tsx';

const IS_ON_ITS_WAY: readonly OrderDetails['status'][] = ['partly_fulfilled', 'fulfilled'];

interface OrderNextProps {
  order: OrderDetails;
  /** The order belongs to this browser's session. */
  isOwn: boolean;
}

/** Where an order stands, what happens next, and what the shopper can do. */
export function OrderNext({ order, isOwn }: OrderNextProps) {
  const latest = IS_ON_ITS_WAY.includes(order.status) ? order.fulfilments.at(-1) : undefined;
  const isUnpaid = order.status === 'payment_failed' || order.status === 'expired';
  return (
    <section aria-labelledby="order-next" className="mb-10 rounded-3xl bg-sage p-6 sm:p-8">
      <h2 id="order-next" className="font-serif text-2xl">
        Where your order stands
      </h2>
      <p role="status" className="mt-2 text-lg">
        {nextText(order)}
      </p>
      {latest ? <TrackingLink fulfilment={latest}>Follow your parcel</TrackingLink> : null}
      {order.status === 'pending_payment' ? <PaymentStep order={order} isOwn={isOwn} /> : null}
      {isUnpaid && isOwn ? (
        <ButtonLink to="/cart" className="mt-4">
          Look at your cart
        </ButtonLink>
      ) : null}
      {isOwn ? <CancelOrder order={order} /> : null}
      {!isOwn && order.can_cancel ? (
        <p className="mt-2 text-muted">
          To cancel it, open the shop in the browser that you ordered with.
        </p>
      ) : null}
    </section>
  );
}
