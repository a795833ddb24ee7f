const LABELS: Record<string, string> = { confirmed: 'Confirmed', cancelled: 'Cancelled' };

export function OrderStatus({ status }: { status: string }) {
  return (
    <span className="rounded-full bg-sage px-3 py-1 font-medium text-sm">
      {LABELS[status] ?? status}
    </span>
  );
}
