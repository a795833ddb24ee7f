import { formatMoney } from '../../../shared/lib/format.ts';
import type { PriceLine } from '../checkout-outcome.ts';
import { AcceptButton, type AcceptButtonProps } from './accept-button.tsx';

export function PriceChanges({
  lines,
  ...accept
}: AcceptButtonProps & { lines: readonly PriceLine[] }) {
  const money = (amount: number) => formatMoney(amount, accept.currency);
  return (
    <>
      <p>Nothing was ordered. Your cart now shows the new prices.</p>
      <ul aria-label="Changed prices" className="mt-3 space-y-2">
        {lines.map((line) => (
          <li key={line.product_id} className="flex flex-wrap justify-between gap-x-4">
            <bdi>{line.product_name}</bdi>
            <span className="tabular-nums">
              <span className="sr-only">was </span>
              <s className="text-muted">{money(line.shown_price)}</s>{' '}
              <span className="sr-only">is now </span>
              <strong>{money(line.current_price)}</strong>
            </span>
          </li>
        ))}
      </ul>
      <AcceptButton {...accept} />
    </>
  );
}
