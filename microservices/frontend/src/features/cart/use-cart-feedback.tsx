import { failureText } from '../../shared/api/failure-text.ts';
import { Button } from '../../shared/ui/button.tsx';
import { useToasts } from '../../shared/ui/toasts.tsx';
import type { CartChange } from './state/cart-change.ts';
import { useCart } from './state/cart-context.tsx';
import { ChangeFailure, type ChangeResult } from './state/change-queue.ts';

/** One message about failed changes at a time; the next change that succeeds takes it away. */
export const FAILURE_KEY = 'cart-failure';

/** Changes to the cart that tell the shopper when they fail. */
export function useCartFeedback() {
  const { change, retry, hasUnconfirmed } = useCart();
  const { showToast, dismiss } = useToasts();

  /**
   * @param explain the text for a failure; undefined takes the standard one
   * @returns undefined if the change has failed
   */
  async function attempt(
    next: CartChange,
    explain: (failure: ChangeFailure) => string | undefined = () => undefined,
  ): Promise<ChangeResult | undefined> {
    try {
      const result = await change(next);
      if (!hasUnconfirmed()) dismiss(FAILURE_KEY);
      return result;
    } catch (error) {
      if (!(error instanceof ChangeFailure)) throw error;
      showFailure(error, explain(error));
      return undefined;
    }
  }

  function showFailure(failure: ChangeFailure, text = standardText(failure)) {
    showToast({
      key: FAILURE_KEY,
      tone: 'failed',
      text,
      action: failure.canRetry ? <RetryButton onRetry={() => void tryAgain()} /> : undefined,
    });
  }

  async function tryAgain() {
    dismiss(FAILURE_KEY);
    try {
      await retry();
    } catch (error) {
      if (!(error instanceof ChangeFailure)) throw error;
      showFailure(error);
    }
  }

  return { attempt };
}

/** Says what is known: a lost response leaves open whether the cart was changed. */
function standardText({ cause, isUnchanged }: ChangeFailure): string {
  return isUnchanged
    ? `Your cart was not changed. ${failureText(cause, 'cart')}`
    : `We do not know whether your cart was changed. ${failureText(cause, 'cart')}`;
}

function RetryButton({ onRetry }: { onRetry: () => void }) {
  return (
    <Button look="quiet" onClick={onRetry} className="shrink-0 text-inherit">
      Try again
    </Button>
  );
}
