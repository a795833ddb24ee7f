import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { useSession } from '../../../shared/session-context.ts';
import { cartKey } from '../api/get-cart.ts';
import { streamCart } from '../api/stream-cart.ts';

/**
 * Shows changes from other tabs and devices while the page is visible. A hidden page closes its stream,
 * because a browser has few connections per host; it gets the current cart when it is visible again.
 */
export function useCartEvents(): void {
  const { customerId, isCookieless } = useSession();
  const queryClient = useQueryClient();
  const isVisible = useIsVisible();
  useEffect(() => {
    // A stream is authorized by the cookie only.
    if (customerId === undefined || isCookieless || !isVisible) return;
    return streamCart(customerId, {
      onCart: (cart) => queryClient.setQueryData(cartKey, cart),
      // A read renews the session, if that is why.
      onRefused: () =>
        void queryClient.invalidateQueries({ queryKey: cartKey }, { cancelRefetch: false }),
    });
  }, [customerId, isCookieless, isVisible, queryClient]);
}

function useIsVisible(): boolean {
  return useSyncExternalStore(subscribeToVisibility, () => document.visibilityState === 'visible');
}

function subscribeToVisibility(onChange: () => void): () => void {
  document.addEventListener('visibilitychange', onChange);
  return () => document.removeEventListener('visibilitychange', onChange);
}
