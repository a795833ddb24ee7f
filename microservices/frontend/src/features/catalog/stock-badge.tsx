const LOW_STOCK = 5;

/** Silent while there is plenty. */
export function StockBadge({ available }: { available: number }) {
  if (available > LOW_STOCK) return null;
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
