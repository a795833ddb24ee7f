import type { OrderStatus as Status } from '../../../shared/api/types.ts';

const LABELS: Readonly<Record<Status, string>> = {
  pending_payment: 'Waiting for payment',
  paid: 'Confirmed',
  partly_fulfilled: 'Partly sent',
  fulfilled: 'Sent',
  delivered: 'Delivered',
  payment_failed: 'Not paid',
  expired: 'Expired',
  cancelled: 'Cancelled',
};

/** Nothing happens to these any more, and nothing is sent. */
const ENDED: readonly Status[] = ['payment_failed', 'expired', 'cancelled'];

const lookOf = (status: Status): string => {
  if (status === 'pending_payment') return 'bg-honey';
  return ENDED.includes(status) ? 'bg-line' : 'bg-sage';
};

interface OrderStatusProps {
  /** A later release of the API may have more. */
  status: Status;
  refunded?: boolean;
}

export function OrderStatus({ status, refunded = false }: OrderStatusProps) {
  return (
    <span className={`rounded-full px-3 py-1 font-medium text-sm ${lookOf(status)}`}>
      {LABELS[status] ?? 'In progress'}
      {refunded ? ', refunded' : ''}
    </span>
  );
}
