import type { Quote } from '../../../shared/api/types.ts';
import { formatMoney } from '../../../shared/lib/format.ts';
import { Skeleton } from '../../../shared/ui/skeleton.tsx';

interface QuoteLinesProps {
  quote: Quote | undefined;
  /** The amounts are from before a pending change. */
  outdated: boolean;
}

export function QuoteLines({ quote, outdated }: QuoteLinesProps) {
  if (!quote) return <Skeleton className="h-32 w-full" />;
  const money = (amount: number) => formatMoney(amount, quote.currency);
  return (
    <dl
      aria-busy={outdated}
      className="space-y-2 tabular-nums transition-opacity aria-busy:opacity-40"
    >
      <Row label="Subtotal" amount={money(quote.subtotal)} />
      {quote.discount > 0 ? <Row label="Discount" amount={`−${money(quote.discount)}`} /> : null}
      <Row label="Delivery" amount={quote.shipping > 0 ? money(quote.shipping) : 'Free'} />
      <Row label="Tax" amount={money(quote.tax)} />
      <div className="flex items-baseline justify-between gap-4 border-line border-t pt-4 text-xl">
        <dt className="font-serif">Total</dt>
        <dd className="font-semibold">{money(quote.total)}</dd>
      </div>
    </dl>
  );
}

function Row({ label, amount }: { label: string; amount: string }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-muted">{label}</dt>
      <dd>{amount}</dd>
    </div>
  );
}
