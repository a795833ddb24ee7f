import type { ReactNode } from 'react';
import type { Order } from '../../shared/api/types.ts';
import { formatMoment, formatMoney, orderNumber } from '../../shared/lib/format.ts';
import { ButtonLink } from '../../shared/ui/button.tsx';
import { MessagePanel } from '../../shared/ui/message-panel.tsx';
import { ParcelPicture } from '../../shared/ui/pictures.tsx';
import { LoadingLabel, Skeleton } from '../../shared/ui/skeleton.tsx';
import { Unreachable } from '../../shared/ui/unreachable.tsx';
import { useOrders } from './api/list-orders.ts';
import { isConfirmed } from './life-cycle/is-confirmed.ts';

const RECENT_MS = 60 * 60_000;

/**
 * For a checkout page without a cart: a shopper who has just ordered, in another tab or before a reload, sees
 * that order.
 *
 * @param otherwise without a recent order
 */
export function RecentOrder({ otherwise }: { otherwise: ReactNode }) {
  const query = useOrders();
  // One that was not paid, or is cancelled, is not what the shopper came back for.
  const newest = query.data?.pages[0]?.items.find(isConfirmed);
  if (newest && isRecent(newest)) {
    const { created_at, currency, order_id, total } = newest;
    return (
      <MessagePanel
        title="Your order is confirmed"
        picture={<ParcelPicture />}
        actions={
          <>
            <ButtonLink to={`/orders/${order_id}/confirmation`}>See the order</ButtonLink>
            <ButtonLink look="secondary" to="/">
              Continue shopping
            </ButtonLink>
          </>
        }
      >
        <p role="status">
          Order {orderNumber(newest)} for {formatMoney(total, currency)} was placed{' '}
          {formatMoment(Date.parse(created_at))}. There is nothing else in your cart.
        </p>
      </MessagePanel>
    );
  }
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
  if (!query.isFetching) return otherwise;
  return (
    <div className="space-y-8">
      <LoadingLabel>Loading your orders</LoadingLabel>
      <Skeleton className="h-14 w-2/3" />
      <Skeleton className="h-72 w-full rounded-3xl" />
    </div>
  );
}

const isRecent = ({ created_at }: Order): boolean =>
  Math.abs(Date.now() - Date.parse(created_at)) < RECENT_MS;
