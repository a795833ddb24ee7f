import { hasCode } from '../../shared/api/api-error.ts';
import { failureText } from '../../shared/api/failure-text.ts';
import type { CartLine } from '../../shared/api/types.ts';
import { useToasts } from '../../shared/ui/toasts.tsx';
import type { CartChange } from './state/cart-change.ts';
import { useCart } from './state/cart-context.tsx';
import { undoToast } from './undo-toast.tsx';

/** Changes to the cart that show a toast when they fail. */
export function useCartActions() {
  const { change } = useCart();
  const { showToast, dismiss } = useToasts();

  async function attempt(next: CartChange): Promise<boolean> {
    try {
      await change(next);
      return true;
    } catch (error) {
      const text = hasCode(error, 'line-not-found')
        ? 'That product is no longer in your cart. The cart has been brought up to date.'
        : `Your cart was not changed. ${failureText(error)}`;
      showToast({ tone: 'failed', text });
      return false;
    }
  }

  async function remove(line: CartLine) {
    if (!(await attempt({ kind: 'remove', productId: line.product_id }))) return;
    const undo = () => {
      dismiss();
      void attempt({ kind: 'add', product: line, quantity: line.quantity });
    };
    showToast(undoToast(line, undo));
  }

  return {
    remove,
    setQuantity: (productId: string, quantity: number) =>
      attempt({ kind: 'set-quantity', productId, quantity }),
    clear: () => attempt({ kind: 'clear' }),
  };
}
