import type { Product } from '../../shared/api/types.ts';

const MAX_LOW_STOCK = 5;

/** Renders nothing while stock is not low. */
export function StockBadge({ product }: { product: Product }) {
  const { available, withdrawn } = product;
  if (available > MAX_LOW_STOCK) return null;
  if (available <= 0) {
    return (
      <span className="rounded-full bg-ink px-3 py-1 font-semibold text-paper text-sm">
        {withdrawn ? 'No longer sold' : 'Sold out'}
      </span>
    );
  }
  return (
    <span className="rounded-full bg-honey px-3 py-1 font-semibold text-ink text-sm">
      Only {available} left
    </span>
  );
}
