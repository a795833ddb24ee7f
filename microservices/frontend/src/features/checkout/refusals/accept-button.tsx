import { formatMoney } from '../../../shared/lib/format.ts';
import { Button } from '../../../shared/ui/button.tsx';

export interface AcceptButtonProps {
  /** The new total; undefined while it is being calculated. */
  total: number | undefined;
  currency: string;
  placing: boolean;
  onAccept: () => void;
}

/** Accepts the changes and places the order with one click. */
export function AcceptButton({ total, currency, placing, onAccept }: AcceptButtonProps) {
  return (
    <Button className="mt-4" disabled={placing || total === undefined} onClick={onAccept}>
      {total === undefined
        ? 'Calculating the new total…'
        : `Accept and order for ${formatMoney(total, currency)}`}
    </Button>
  );
}
