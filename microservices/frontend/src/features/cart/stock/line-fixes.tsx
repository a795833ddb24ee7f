import type { CartLine } from '../../../shared/api/types.ts';
import { formatMoney } from '../../../shared/lib/format.ts';
import { Button } from '../../../shared/ui/button.tsx';
import type { LineCheck } from './line-check.ts';

export interface LineFixesProps {
  line: CartLine;
  check: LineCheck;
  currency: string;
  onAcceptPrice: (price: number) => void;
  onReduce: (quantity: number) => void;
}

/** One click for each thing that checkout would refuse; a line of which nothing is left has its Remove. */
export function LineFixes({ line, check, currency, onAcceptPrice, onReduce }: LineFixesProps) {
  const { product_name: name } = line;
  const { available = 0, isShort, isWithdrawn, newPrice } = check;
  const canReduce = isShort && !isWithdrawn && available > 0;
  return (
    <>
      {newPrice === undefined ? null : (
        <Button look="compact" onClick={() => onAcceptPrice(newPrice)}>
          <span>
            Accept {formatMoney(newPrice, currency)}
            <span className="sr-only"> for {name}</span>
          </span>
        </Button>
      )}
      {canReduce ? (
        <Button look="compact" onClick={() => onReduce(available)}>
          <span>
            Reduce <span className="sr-only">{name} </span>to {available}
          </span>
        </Button>
      ) : null}
    </>
  );
}
