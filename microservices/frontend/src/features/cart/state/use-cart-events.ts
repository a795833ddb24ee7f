import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Cart } from '../../../shared/api/types.ts';
import { useSession } from '../../../shared/session-context.ts';
import { cartKey } from '../api/get-cart.ts';
import { streamCart } from '../api/stream-cart.ts';

/**
 * Brings changes that were made elsewhere while the page is in view: a page that nobody sees gets the
 * present cart when it is looked at again, and until then holds none of the browser's few connections.
 *
 * @param changing the shopper's own changes are on their way: an event may have them already, so that
 * what they add would be shown twice. It waits for their answers.
 */
export function useCartEvents(changing: boolean): void {
  const { customerId } = useSession();
  const queryClient = useQueryClient();
  const isVisible = useIsVisible();
  const waiting = useRef<Cart>(undefined);
  const isChanging = useRef(changing);

  const show = useCallback(() => {
    if (isChanging.current || !waiting.current) return;
    queryClient.setQueryData(cartKey, waiting.current);
    waiting.current = undefined;
  }, [queryClient]);

  useEffect(() => {
    isChanging.current = changing;
    show();
  }, [changing, show]);

  useEffect(() => {
    if (customerId === undefined || !isVisible) return;
    const end = streamCart(customerId, (cart) => {
      waiting.current = cart;
      show();
    });
    return () => {
      waiting.current = undefined;
      end();
    };
  }, [customerId, isVisible, show]);
}

function useIsVisible(): boolean {
  return useSyncExternalStore(onVisibility, () => document.visibilityState === 'visible');
}

function onVisibility(onChange: () => void): () => void {
  document.addEventListener('visibilitychange', onChange);
  return () => document.removeEventListener('visibilitychange', onChange);
}
