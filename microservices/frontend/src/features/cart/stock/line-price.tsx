import { formatMoney } from '../../../shared/lib/format.ts';

interface LinePriceProps {
  price: number;
  /** The catalog's price, if the shopper has seen another. */
  newPrice: number | undefined;
  currency: string;
}

/** The price of one unit; a changed one beside the one that the shopper has seen. */
export function LinePrice({ price, newPrice, currency }: LinePriceProps) {
  if (newPrice === undefined) return <>{formatMoney(price, currency)}</>;
  return (
    <>
      <span className="sr-only">Price changed: was </span>
      <s>{formatMoney(price, currency)}</s> <span className="sr-only">is now </span>
      <strong className="text-ink">{formatMoney(newPrice, currency)}</strong>
    </>
  );
}
