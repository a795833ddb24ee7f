import { useEffect, useRef } from 'react';
import { hasCode } from '../../../shared/api/api-error.ts';
import { failureText } from '../../../shared/api/failure-text.ts';
import type { OrderDetails } from '../../../shared/api/types.ts';
import { attempt } from '../../../shared/lib/attempt.ts';
import { Alert } from '../../../shared/ui/alert.tsx';
import { Button } from '../../../shared/ui/button.tsx';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { ProgressBar } from '../../../shared/ui/progress-bar.tsx';
import { cancelText } from '../life-cycle/order-texts.ts';
import { type Cancellation, useCancelOrder } from './use-cancel-order.ts';

/** Lets the shopper cancel while that is allowed, and says what became of it. */
export function CancelOrder({ order }: { order: OrderDetails }) {
  const { cancellation, cancel, askAgain } = useCancelOrder(order.order_id);
  const outcome = useFocusOn(cancellation.kind);
  const isUnderWay = cancellation.kind === 'cancelling' || cancellation.kind === 'finding-out';
  return (
    <div ref={outcome} tabIndex={-1} className="mt-4 outline-none empty:hidden">
      <Outcome cancellation={cancellation} order={order} onAskAgain={askAgain} />
      {order.can_cancel && !isUnderWay ? (
        <>
          <p className="mb-4 text-muted">You can cancel it until we send it.</p>
          <ConfirmDialog
            renderOpener={(open) => (
              <Button look="secondary" onClick={open}>
                Cancel order
              </Button>
            )}
            title="Cancel this order?"
            confirm="Yes, cancel it"
            keep="Keep the order"
            onConfirm={cancel}
          >
            {cancelText(order)}
          </ConfirmDialog>
        </>
      ) : null}
    </div>
  );
}

interface OutcomeProps {
  cancellation: Cancellation;
  order: OrderDetails;
  onAskAgain: () => void;
}

function Outcome({ cancellation, order, onAskAgain }: OutcomeProps) {
  switch (cancellation.kind) {
    case 'none':
      return null;
    case 'cancelling':
      return <p role="status">Cancelling your order…</p>;
    case 'finding-out':
      return (
        <>
          <p className="font-semibold">We are finding out whether your order is cancelled</p>
          <p role="status" className="mt-1">
            The shop has not told us yet. We keep asking; it is cancelled only once.
          </p>
          <ProgressBar label="Asking the shop" />
          <Button look="secondary" className="mt-4" onClick={onAskAgain}>
            Ask again now
          </Button>
        </>
      );
    case 'cancelled':
      // For the focus: the page says so above.
      return <p className="sr-only">Your order is cancelled.</p>;
    case 'refused':
      return (
        <Alert title="Your order was not cancelled" className="mb-4">
          <p>{refusalText(cancellation.error, order)}</p>
        </Alert>
      );
  }
}

/** The order has been read again since. */
function refusalText(error: unknown, order: OrderDetails): string {
  if (!hasCode(error, 'order-not-cancellable')) return failureText(error, 'orders');
  const wasSent = order.fulfilments.length > 0;
  return wasSent
    ? 'We sent it, or a part of it, in the meantime. Look below at what is on its way.'
    : failureText(error, 'orders');
}

/** The button that had the focus is gone. */
function useFocusOn(kind: Cancellation['kind']) {
  const outcome = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (kind !== 'none') attempt(() => outcome.current?.focus());
  }, [kind]);
  return outcome;
}
