import { formatMoney } from '../lib/format.ts';

interface Tax {
  readonly name: string;
  /** In percent. */
  readonly rate: number;
  /** The prices contain it. */
  readonly included: boolean;
  readonly amount: number;
}

interface Amounted {
  readonly currency: string;
  readonly subtotal: number;
  readonly discount: number;
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
  /** The response to an order that was placed before there were promotions has neither. */
  readonly discounts?: readonly { readonly name: string }[];
  readonly taxes?: readonly Tax[];
}

interface AmountsProps {
  amounts: Amounted;
  /** The amounts are from before a pending change. */
  outdated?: boolean;
  /** What went back after the payment. */
  refunded?: number;
}

/** What a quote or an order costs, line by line. */
export function Amounts({ amounts, outdated, refunded = 0 }: AmountsProps) {
  const money = (amount: number) => formatMoney(amount, amounts.currency);
  const promotions = [...new Set(amounts.discounts?.map(({ name }) => name))];
  const contained = amounts.taxes?.filter(({ included }) => included) ?? [];
  return (
    <>
      <dl
        aria-busy={outdated}
        className="space-y-2 tabular-nums transition-opacity aria-busy:opacity-40"
      >
        <Row label="Subtotal" amount={money(amounts.subtotal)} />
        {amounts.discount > 0 ? (
          <Row
            label="Discount"
            note={promotions.join(', ')}
            amount={`−${money(amounts.discount)}`}
          />
        ) : null}
        <Row label="Delivery" amount={amounts.shipping > 0 ? money(amounts.shipping) : 'Free'} />
        <TaxRows amounts={amounts} />
        <div className="flex items-baseline justify-between gap-4 border-line border-t pt-4 text-xl">
          <dt className="font-serif">Total</dt>
          <dd className="font-semibold">{money(amounts.total)}</dd>
        </div>
        {refunded > 0 ? <Row label="Refunded" amount={`−${money(refunded)}`} /> : null}
      </dl>
      {contained.map((tax) => (
        <p key={`${tax.name} ${tax.rate}`} className="mt-2 text-muted text-sm tabular-nums">
          Includes {taxName(tax)}: {money(tax.amount)}
        </p>
      ))}
    </>
  );
}

/** Those that are added, or one row if nobody tells their names. */
function TaxRows({ amounts }: { amounts: Amounted }) {
  const money = (amount: number) => formatMoney(amount, amounts.currency);
  const { taxes = [] } = amounts;
  const added = taxes.filter(({ included }) => !included);
  if (added.length > 0) {
    return added.map((tax) => (
      <Row key={`${tax.name} ${tax.rate}`} label={taxName(tax)} amount={money(tax.amount)} />
    ));
  }
  return taxes.length > 0 ? null : <Row label="Tax" amount={money(amounts.tax)} />;
}

/** A shop without rules has one tax, which has no name of its own. */
const taxName = ({ name, rate }: Tax): string => (name === 'Tax' ? name : `${name} ${rate}%`);

function Row({ label, note, amount }: { label: string; note?: string; amount: string }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="min-w-0 text-muted">
        {label}
        {note ? (
          <span className="block text-sm">
            <bdi>{note}</bdi>
          </span>
        ) : null}
      </dt>
      <dd>{amount}</dd>
    </div>
  );
}
