import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { newIdempotencyKey } from '../../../shared/api/fetch-with-retry.ts';
import { useSession } from '../../../shared/session-context.ts';
import { cancelOrder } from '../api/cancel-order.ts';
import { linkedOrdersKey } from '../api/get-linked-order.ts';
import { orderKey } from '../api/get-order.ts';
import { ordersKey } from '../api/list-orders.ts';
import { cancelUntilKnown } from './cancel-until-known.ts';

export type Cancellation =
  | { readonly kind: 'none' }
  | { readonly kind: 'cancelling' }
  /** The response was lost, or is late: the shop is asked again and again. */
  | { readonly kind: 'finding-out' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'refused'; readonly error: unknown };

/** Without a response for so long, the page says that it is finding out. */
const PATIENCE_MS = 5_000;

/** Cancels an order at the shopper's word, and finds out what became of it. */
export function useCancelOrder(orderId: string) {
  const session = useSession();
  const queryClient = useQueryClient();
  const [cancellation, setCancellation] = useState<Cancellation>({ kind: 'none' });
  const run = useRef(new AbortController());
  const wake = useRef(new EventTarget());
  useEffect(() => () => run.current.abort(), []);

  const cancel = async () => {
    run.current.abort();
    run.current = new AbortController();
    const { signal } = run.current;
    const key = newIdempotencyKey();
    const show = (next: Cancellation) => {
      if (!signal.aborted) setCancellation(next);
    };
    show({ kind: 'cancelling' });
    const patience = setTimeout(() => show({ kind: 'finding-out' }), PATIENCE_MS);
    try {
      const order = await cancelUntilKnown({
        send: () => cancelOrder(session, orderId, key),
        onDoubt: () => show({ kind: 'finding-out' }),
        signal,
        wake: wake.current,
      });
      if (!order) return;
      queryClient.setQueryData(orderKey(orderId), order);
      await queryClient.invalidateQueries({ queryKey: linkedOrdersKey });
      show({ kind: 'cancelled' });
    } catch (error) {
      // The reason is in the order as it is now.
      await Promise.all(
        [orderKey(orderId), linkedOrdersKey].map((queryKey) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
      show({ kind: 'refused', error });
    } finally {
      clearTimeout(patience);
    }
    void queryClient.invalidateQueries({ queryKey: ordersKey });
  };
  const askAgain = () => wake.current.dispatchEvent(new Event('wake'));
  return { cancellation, cancel: () => void cancel(), askAgain };
}
