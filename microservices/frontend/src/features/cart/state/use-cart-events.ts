import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Cart } from '../../../shared/api/types.ts';
import { useSession } from '../../../shared/session-context.ts';
import { cartKey } from '../api/get-cart.ts';
import { streamCart } from '../api/stream-cart.ts';

/**
 * Shows changes from other tabs and devices while the page is visible. A hidden page closes its stream,
 * because a browser has few connections per host; it gets the current cart when it is visible again.
 *
 * @param hasPending the shopper's own changes are in flight. An event may already contain them, and the
 * optimistic cart would then count them twice, so events wait for the responses.
 */
export function useCartEvents(hasPending: boolean): void {
  const { customerId } = useSession();
  const queryClient = useQueryClient();
  const isVisible = useIsVisible();
  const latest = useRef<Cart>(undefined);
  const isBlocked = useRef(hasPending);

  const show = useCallback(() => {
    if (isBlocked.current || !latest.current) return;
    queryClient.setQueryData(cartKey, latest.current);
    latest.current = undefined;
  }, [queryClient]);

  useEffect(() => {
    isBlocked.current = hasPending;
    show();
  }, [hasPending, show]);

  useEffect(() => {
    if (customerId === undefined || !isVisible) return;
    const unsubscribe = streamCart(customerId, (cart) => {
      latest.current = cart;
      show();
    });
    return () => {
      latest.current = undefined;
      unsubscribe();
    };
  }, [customerId, isVisible, show]);
}

function useIsVisible(): boolean {
  return useSyncExternalStore(subscribeToVisibility, () => document.visibilityState === 'visible');
}

function subscribeToVisibility(onChange: () => void): () => void {
  document.addEventListener('visibilitychange', onChange);
  return () => document.removeEventListener('visibilitychange', onChange);
}
