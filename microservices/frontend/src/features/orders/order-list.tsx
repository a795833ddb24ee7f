import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Order } from '../../shared/api/types.ts';
import { formatCount, formatDate, formatMoney, orderNumber } from '../../shared/lib/format.ts';
import { Button, ButtonLink } from '../../shared/ui/button.tsx';
import { MessagePanel } from '../../shared/ui/message-panel.tsx';
import { ReceiptPicture } from '../../shared/ui/pictures.tsx';
import { ProductImage } from '../../shared/ui/product-image.tsx';
import { LoadingLabel, Skeleton } from '../../shared/ui/skeleton.tsx';
import { Unreachable } from '../../shared/ui/unreachable.tsx';
import { useOrders } from './api/list-orders.ts';
import { OrderStatus } from './life-cycle/order-status.tsx';

interface OrderListProps {
  /** Instead of the message that there are no orders. */
  whenEmpty?: ReactNode;
}

export function OrderList({ whenEmpty = <NoOrders /> }: OrderListProps) {
  const query = useOrders();
  if (!query.data) {
    if (!query.isError) return <OrderListSkeleton />;
    return (
      <Unreachable
        error={query.error}
        context="orders"
        retrying={query.isFetching}
        onRetry={() => void query.refetch()}
      />
    );
  }
  const orders = query.data.pages.flatMap((page) => page.items);
  if (orders.length === 0) return whenEmpty;
  return (
    <>
      <h1 className="mb-8 font-serif text-4xl sm:text-5xl">Your orders</h1>
      <ul aria-label="Orders" className="space-y-4">
        {orders.map((order) => (
          <OrderRow key={order.order_id} order={order} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <div className="mt-10 text-center">
          <Button
            look="secondary"
            aria-busy={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage({ cancelRefetch: false })}
          >
            {query.isFetchingNextPage ? 'Loading…' : 'Show older orders'}
          </Button>
        </div>
      ) : null}
      <p className="mt-10 text-muted">
        Ordered in another browser?{' '}
        <Link to="/find-order" className="link">
          Find that order
        </Link>
      </p>
    </>
  );
}

const MAX_PICTURES = 4;

function OrderRow({ order }: { order: Order }) {
  return (
    <li className="group relative rounded-3xl border border-line p-5 transition-colors hover:border-ink sm:p-6">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div>
          <h2 className="font-serif text-xl">
            <Link
              to={`/orders/${order.order_id}`}
              className="decoration-1 underline-offset-4 after:absolute after:inset-0 group-hover:underline"
            >
              Order <span className="inline-block">{orderNumber(order)}</span>
            </Link>
          </h2>
          <p className="mt-1 text-muted">
            {formatDate(order.created_at)} · {formatCount(order.total_items, 'item')}
          </p>
        </div>
        <div className="flex items-center gap-4">
          <OrderStatus status={order.status} refunded={order.payment.status === 'refunded'} />
          <p className="font-semibold text-lg tabular-nums">
            {formatMoney(order.total, order.currency)}
          </p>
        </div>
      </div>
      <div className="mt-4 flex flex-wrap items-center gap-2">
        {order.items.slice(0, MAX_PICTURES).map((line) => (
          <ProductImage
            key={line.product_id}
            src={line.image_url}
            size={64}
            className="size-16 rounded-lg"
          />
        ))}
        {order.items.length > MAX_PICTURES ? (
          <span className="pl-2 text-muted">+{order.items.length - MAX_PICTURES} more</span>
        ) : null}
      </div>
    </li>
  );
}

function NoOrders() {
  return (
    <MessagePanel
      title="No orders yet"
      picture={<ReceiptPicture />}
      actions={
        <>
          <ButtonLink to="/">Browse the shop</ButtonLink>
          <ButtonLink look="secondary" to="/find-order">
            Find an order
          </ButtonLink>
        </>
      }
    >
      <p>
        What you order in this browser is listed here. An order of another browser can be found by
        its number.
      </p>
    </MessagePanel>
  );
}

function OrderListSkeleton() {
  return (
    <div className="space-y-4">
      <LoadingLabel>Loading your orders</LoadingLabel>
      <Skeleton className="mb-8 h-12 w-60" />
      <Skeleton className="h-40 w-full rounded-3xl" />
      <Skeleton className="h-40 w-full rounded-3xl" />
    </div>
  );
}
