import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { isNothingThere } from '../../shared/api/api-error.ts';
import type { OrderDetails as Details } from '../../shared/api/types.ts';
import { LoadingLabel, Skeleton } from '../../shared/ui/skeleton.tsx';
import { Unreachable } from '../../shared/ui/unreachable.tsx';
import { useOrder } from './api/get-order.ts';
import { OrderView } from './order-view.tsx';

interface ReadOrderProps {
  query: UseQueryResult<Details>;
  notFound: ReactNode;
  children: (order: Details) => ReactNode;
}

/** An order, or what there is instead of it. */
export function ReadOrder({ query, notFound, children }: ReadOrderProps) {
  if (query.data) return children(query.data);
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

interface OrderDetailsProps {
  orderId: string;
  notFound: ReactNode;
  renderHeading: (order: Details) => ReactNode;
}

/** One order of the session in full, below a heading that the page provides. */
export function OrderDetails({ orderId, notFound, renderHeading }: OrderDetailsProps) {
  return (
    <ReadOrder query={useOrder(orderId)} notFound={notFound}>
      {(order) => (
        <>
          {renderHeading(order)}
          <OrderView order={order} isOwn />
        </>
      )}
    </ReadOrder>
  );
}
