import type { Cart } from '../../../shared/api/types.ts';
import { isolate } from '../../../shared/lib/bidi.ts';
import { Button } from '../../../shared/ui/button.tsx';
import type { StockLine } from '../checkout-outcome.ts';

interface ShortagesProps {
  lines: readonly StockLine[];
  cart: Cart;
  onSetQuantity: (productId: string, quantity: number) => void;
}

export function Shortages({ lines, cart, onSetQuantity }: ShortagesProps) {
  const quantityOf = (line: StockLine) =>
    cart.items.find((item) => item.product_id === line.product_id)?.quantity ?? 0;
  const fits = lines.every((line) => quantityOf(line) <= line.available);
  return (
    <>
      <p>
        {fits
          ? 'Your cart now fits what is left. Look at the new total, then place the order.'
          : 'Nothing was ordered. Change the products below to what is left.'}
      </p>
      <ul aria-label="Products short of stock" className="mt-3 space-y-3">
        {lines.map((line) => (
          <Shortage
            key={line.product_id}
            line={line}
            quantity={quantityOf(line)}
            onReduce={() => onSetQuantity(line.product_id, line.available)}
          />
        ))}
      </ul>
    </>
  );
}

interface ShortageProps {
  line: StockLine;
  quantity: number;
  onReduce: () => void;
}

function Shortage({ line, quantity, onReduce }: ShortageProps) {
  const { product_name: name, available, requested } = line;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <span>
        <bdi>{name}</bdi>:{' '}
        <strong>{available > 0 ? `${available} of ${requested} left` : 'sold out'}</strong>
      </span>
      {quantity > available ? (
        <Button look="secondary" onClick={onReduce}>
          {available > 0 ? `Reduce ${isolate(name)} to ${available}` : `Remove ${isolate(name)}`}
        </Button>
      ) : (
        <span className="text-muted">{quantity > 0 ? `Now ${quantity}` : 'Removed'}</span>
      )}
    </li>
  );
}
