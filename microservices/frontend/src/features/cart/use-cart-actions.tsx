import { hasCode } from '../../shared/api/api-error.ts';
import { failureText } from '../../shared/api/failure-text.ts';
import type { CartLine } from '../../shared/api/types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { useNotices } from '../../shared/ui/notices.tsx';
import type { CartChange } from './state/cart-change.ts';
import { useCart } from './state/cart-context.tsx';

/** Changes to the cart that notify the shopper when they fail. */
export function useCartActions() {
  const { change } = useCart();
  const { notify, dismiss } = useNotices();

  async function attempt(next: CartChange): Promise<boolean> {
    try {
      await change(next);
      return true;
    } catch (error) {
      const text = hasCode(error, 'line-not-found')
        ? 'That product is no longer in your cart. The cart has been brought up to date.'
        : `Your cart was not changed. ${failureText(error)}`;
      notify({ tone: 'failed', text });
      return false;
    }
  }

  async function remove(line: CartLine) {
    if (!(await attempt({ kind: 'remove', productId: line.product_id }))) return;
    const undo = () => {
      dismiss();
      void attempt({ kind: 'add', product: line, quantity: line.quantity });
    };
    notify({
      tone: 'done',
      text: `${line.product_name} was removed.`,
      action: (
        <Button look="quiet" onClick={undo} className="shrink-0 text-inherit">
          Undo
        </Button>
      ),
    });
  }

  return {
    remove,
    setQuantity: (productId: string, quantity: number) =>
      attempt({ kind: 'set-quantity', productId, quantity }),
    removeProduct: (productId: string) => attempt({ kind: 'remove', productId }),
    clear: () => attempt({ kind: 'clear' }),
  };
}
