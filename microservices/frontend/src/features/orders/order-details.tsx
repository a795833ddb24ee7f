import type { ReactNode } from 'react';
import { isNothingThere } from '../../shared/api/api-error.ts';
import type { Order } from '../../shared/api/types.ts';
import { formatDate, shortOrderId } from '../../shared/lib/format.ts';
import { Amounts } from '../../shared/ui/amounts.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { LoadingLabel, Skeleton } from '../../shared/ui/skeleton.tsx';
import { Unreachable } from '../../shared/ui/unreachable.tsx';
import { useOrder } from './api/get-order.ts';
import { OrderLines } from './order-lines.tsx';
import { OrderStatus } from './order-status.tsx';
import { PostalAddress } from './postal-address.tsx';

interface OrderDetailsProps {
  orderId: string;
  notFound: ReactNode;
  renderHeading: (order: Order) => ReactNode;
}

/** One order in full, below a heading that the page provides. */
export function OrderDetails({ orderId, notFound, renderHeading }: OrderDetailsProps) {
  const query = useOrder(orderId);
  if (query.data) {
    return (
      <>
        {renderHeading(query.data)}
        <OrderBody order={query.data} />
      </>
    );
  }
  if (isNothingThere(query.error)) return notFound;
  if (query.isError) {
    return (
      <Unreachable
        error={query.error}
        context="orders"
        retrying={query.isFetching}
        onRetry={() => void query.refetch()}
      />
    );
  }
  return (
    <div className="space-y-8">
      <LoadingLabel>Loading your order</LoadingLabel>
      <Skeleton className="h-14 w-2/3" />
      <Skeleton className="h-96 w-full rounded-3xl" />
    </div>
  );
}

function OrderBody({ order }: { order: Order }) {
  return (
    <div className="grid gap-10 lg:grid-cols-[1fr_24rem] lg:gap-16">
      <OrderLines order={order} />
      <section aria-label="Order summary" className="space-y-8 rounded-3xl bg-shell p-6 sm:p-8">
        <Amounts amounts={order} />
        <PostalAddress title="Delivery address" address={order.shipping_address} />
        <PostalAddress title="Billing address" address={order.billing_address} />
        <div>
          <h2 className="font-semibold">Email</h2>
          <p className="mt-2 text-muted">{order.email}</p>
        </div>
        <div>
          <h2 className="font-semibold">Payment</h2>
          <p className="mt-2 text-muted">
            {order.payment.provider} · {order.payment.status}
            <br />
            Reference {order.payment.reference}
          </p>
        </div>
      </section>
    </div>
  );
}

export function OrderHeading({ order }: { order: Order }) {
  const name = `Order ${shortOrderId(order.order_id)}`;
  return (
    <header className="mb-8">
      <PageTitle>{name}</PageTitle>
      <div className="flex flex-wrap items-center gap-4">
        <h1 className="font-serif text-4xl sm:text-5xl">{name}</h1>
        <OrderStatus status={order.status} />
      </div>
      <p className="mt-3 text-muted">Placed on {formatDate(order.created_at)}</p>
    </header>
  );
}
