import type { Cart } from '../../../shared/api/types.ts';
import { Button } from '../../../shared/ui/button.tsx';
import type { WithdrawnLine } from '../checkout-outcome.ts';

interface WithdrawnLinesProps {
  lines: readonly WithdrawnLine[];
  cart: Cart;
  onSetQuantity: (productId: string, quantity: number) => void;
}

/** The lines that can only be removed, each with a button that does. */
export function WithdrawnLines({ lines, cart, onSetQuantity }: WithdrawnLinesProps) {
  const isInCart = (line: WithdrawnLine) =>
    cart.items.some((item) => item.product_id === line.product_id);
  return (
    <>
      <p>
        {lines.some(isInCart)
          ? 'Nothing was ordered. Remove what is no longer sold, then place the order.'
          : 'These are out of your cart. Look at the new total, then place the order.'}
      </p>
      <ul aria-label="Products that are no longer sold" className="mt-3 space-y-3">
        {lines.map((line) => (
          <li
            key={line.product_id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2"
          >
            <span>
              <bdi>{line.product_name}</bdi>: <strong>no longer sold</strong>
            </span>
            {isInCart(line) ? (
              <Button look="secondary" onClick={() => onSetQuantity(line.product_id, 0)}>
                Remove <bdi>{line.product_name}</bdi>
              </Button>
            ) : (
              <span className="text-muted">Removed</span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
