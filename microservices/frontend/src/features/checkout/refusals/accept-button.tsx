import { formatMoney } from '../../../shared/lib/format.ts';
import { Button } from '../../../shared/ui/button.tsx';

export interface AcceptButtonProps {
  /** The new total; undefined while it is being worked out. */
  total: number | undefined;
  currency: string;
  placing: boolean;
  onAccept: () => void;
}

/** One click by which the shopper agrees to what has changed, and orders. */
export function AcceptButton({ total, currency, placing, onAccept }: AcceptButtonProps) {
  return (
    <Button className="mt-4" disabled={placing || total === undefined} onClick={onAccept}>
      {total === undefined
        ? 'Working out the new total…'
        : `Accept and order for ${formatMoney(total, currency)}`}
    </Button>
  );
}
