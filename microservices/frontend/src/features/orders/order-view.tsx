import type { OrderDetails } from '../../shared/api/types.ts';
import { Amounts } from '../../shared/ui/amounts.tsx';
import { paymentText } from './life-cycle/order-texts.ts';
import { OrderTimeline } from './life-cycle/order-timeline.tsx';
import { OrderLines } from './order-lines.tsx';
import { OrderNext } from './order-next.tsx';
import { PostalAddress } from './postal-address.tsx';

interface OrderViewProps {
  order: OrderDetails;
  /** The order belongs to this browser's session. */
  isOwn: boolean;
}

/** All of an order but its heading. */
export function OrderView({ order, isOwn }: OrderViewProps) {
  return (
    <>
      <OrderNext order={order} isOwn={isOwn} />
      <div className="grid gap-10 lg:grid-cols-[1fr_24rem] lg:gap-16">
        <div className="min-w-0 space-y-10">
          <OrderTimeline order={order} />
          <OrderLines order={order} />
        </div>
        <OrderSummary order={order} />
      </div>
    </>
  );
}

function OrderSummary({ order }: { order: OrderDetails }) {
  return (
    <section
      aria-label="Order summary"
      className="min-w-0 space-y-8 self-start rounded-3xl bg-shell p-6 sm:p-8"
    >
      <Amounts amounts={order} refunded={order.refunded} />
      <div>
        <h2 className="font-semibold">Payment</h2>
        <p className="mt-2 text-muted">{paymentText(order)}</p>
        {order.payment.reference ? (
          <p className="mt-1 text-muted text-sm">Reference {order.payment.reference}</p>
        ) : null}
      </div>
      <PostalAddress title="Delivery address" address={order.shipping_address} />
      <PostalAddress title="Billing address" address={order.billing_address} />
      <div>
        <h2 className="font-semibold">Email</h2>
        <p className="mt-2 text-muted">{order.email}</p>
      </div>
    </section>
  );
}
