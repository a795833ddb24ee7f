const MAX_LOW_STOCK = 5;

/** Renders nothing while stock is not low. */
export function StockBadge({ available }: { available: number }) {
  if (available > MAX_LOW_STOCK) return null;
  if (available <= 0) {
    return (
      <span className="rounded-full bg-ink px-3 py-1 font-semibold text-paper text-sm">
        Sold out
      </span>
    );
  }
  return (
    <span className="rounded-full bg-honey px-3 py-1 font-semibold text-ink text-sm">
      Only {available} left
    </span>
  );
}
