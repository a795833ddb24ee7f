const LABELS: Record<string, string> = {
  pending_payment: 'Waiting for payment',
  paid: 'Confirmed',
  partly_fulfilled: 'Partly sent',
  fulfilled: 'Sent',
  delivered: 'Delivered',
  payment_failed: 'Not paid',
  expired: 'Expired',
  cancelled: 'Cancelled',
  partly_refunded: 'Partly refunded',
  refunded: 'Refunded',
};

export function OrderStatus({ status }: { status: string }) {
  return (
    <span className="rounded-full bg-sage px-3 py-1 font-medium text-sm">
      {LABELS[status] ?? status}
    </span>
  );
}
