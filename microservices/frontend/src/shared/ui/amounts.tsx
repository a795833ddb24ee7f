import { formatMoney } from '../lib/format.ts';

interface AmountsProps {
  amounts: {
    readonly currency: string;
    readonly subtotal: number;
    readonly discount: number;
    readonly shipping: number;
    readonly tax: number;
    readonly total: number;
  };
  /** The amounts are from before a pending change. */
  outdated?: boolean;
  /** What went back after the payment. */
  refunded?: number;
}

/** What a quote or an order costs, line by line. */
export function Amounts({ amounts, outdated, refunded = 0 }: AmountsProps) {
  const money = (amount: number) => formatMoney(amount, amounts.currency);
  return (
    <dl
      aria-busy={outdated}
      className="space-y-2 tabular-nums transition-opacity aria-busy:opacity-40"
    >
      <Row label="Subtotal" amount={money(amounts.subtotal)} />
      {amounts.discount > 0 ? (
        <Row label="Discount" amount={`−${money(amounts.discount)}`} />
      ) : null}
      <Row label="Delivery" amount={amounts.shipping > 0 ? money(amounts.shipping) : 'Free'} />
      <Row label="Tax" amount={money(amounts.tax)} />
      <div className="flex items-baseline justify-between gap-4 border-line border-t pt-4 text-xl">
        <dt className="font-serif">Total</dt>
        <dd className="font-semibold">{money(amounts.total)}</dd>
      </div>
      {refunded > 0 ? <Row label="Refunded" amount={`−${money(refunded)}`} /> : null}
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
