import { hasCode } from '../../shared/api/api-error.ts';
import { newIdempotencyKey } from '../../shared/api/fetch-with-retry.ts';
import type { CartLine } from '../../shared/api/types.ts';
import { isolate } from '../../shared/lib/bidi.ts';
import { useToasts } from '../../shared/ui/toasts.tsx';
import { type CartChange, MAX_QUANTITY } from './state/cart-change.ts';
import type { ChangeFailure } from './state/change-queue.ts';
import { undoToast } from './undo/undo-toast.tsx';
import { useRestoreLines } from './undo/use-restore-lines.tsx';
import { useCartFeedback } from './use-cart-feedback.tsx';

/** What the shopper does to the cart. A failure shows a message, and so does what can be undone. */
export function useCartActions() {
  const { attempt } = useCartFeedback();
  const { showToast, dismiss } = useToasts();
  const restore = useRestoreLines();

  const act = (change: CartChange) => attempt(change, explain);

  /** Each removal has a message of its own, so that a second one leaves the first Undo in place. */
  async function takeOut(change: CartChange, text: string) {
    const removed = (await act(change))?.removed ?? [];
    const [first] = removed;
    if (!first) return;
    const key = `undo-${newIdempotencyKey()}`;
    const undo = () => {
      dismiss(key);
      void restore(removed);
    };
    showToast(undoToast({ key, text, onUndo: undo }));
  }

  return {
    adjust: (productId: string, by: number) => act({ kind: 'adjust', productId, by }),
    setQuantity: (productId: string, quantity: number) =>
      act({ kind: 'set-quantity', productId, quantity }),
    /** To what is left; 0 removes the line. */
    reduce: (productId: string, quantity: number) =>
      act(quantity > 0 ? { kind: 'reduce', productId, quantity } : { kind: 'remove', productId }),
    acceptPrice: (productId: string, price: number) =>
      act({ kind: 'accept-price', productId, price }),
    remove: (line: CartLine) =>
      takeOut(
        { kind: 'remove', productId: line.product_id },
        `${isolate(line.product_name)} was removed.`,
      ),
    clear: () => takeOut({ kind: 'clear' }, 'Your cart was emptied.'),
  };
}

function explain({ cause }: ChangeFailure): string | undefined {
  if (hasCode(cause, 'line-not-found'))
    return 'That product is no longer in your cart. The cart has been brought up to date.';
  if (hasCode(cause, 'quantity-limit'))
    return `One order can have at most ${MAX_QUANTITY} of a product. Your cart was not changed.`;
  if (hasCode(cause, 'price-changed'))
    return 'The price has just changed again. The new one is in your cart.';
  return undefined;
}
