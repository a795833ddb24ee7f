import { formatMoney } from '../../../shared/lib/format.ts';
import type { QuoteLine } from '../checkout-outcome.ts';
import { AcceptButton, type AcceptButtonProps } from './accept-button.tsx';

interface QuoteChangesProps extends AcceptButtonProps {
  /** Those that differ; other differences are in taxes and delivery. */
  lines: readonly QuoteLine[];
  /** Undefined if the shop does not know what was shown. */
  shown: number | undefined;
  current: number;
}

export function QuoteChanges({ lines, shown, current, ...accept }: QuoteChangesProps) {
  const money = (amount: number) => formatMoney(amount, accept.currency);
  return (
    <>
      <p>
        Nothing was ordered.{' '}
        {shown === undefined || shown === current ? (
          'What the order is made of has changed since you looked.'
        ) : (
          <>
            The total was <s>{money(shown)}</s> when you looked and is now{' '}
            <strong>{money(current)}</strong>.
          </>
        )}
      </p>
      {lines.length > 0 ? (
        <ul aria-label="Changed amounts" className="mt-3 space-y-2">
          {lines.map((line) => (
            <li key={line.product_id} className="flex flex-wrap justify-between gap-x-4">
              <bdi>{line.product_name === '' ? line.product_id : line.product_name}</bdi>
              <span className="tabular-nums">
                <span className="sr-only">was </span>
                <s className="text-muted">{partText(line.shown, money)}</s>{' '}
                <span className="sr-only">is now </span>
                <strong>{partText(line.current, money)}</strong>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      <AcceptButton {...accept} />
    </>
  );
}

const partText = (part: QuoteLine['current'], money: (amount: number) => string): string =>
  part ? `${part.quantity} for ${money(part.total)}` : 'not in your order';
