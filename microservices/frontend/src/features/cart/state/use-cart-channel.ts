import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { cartKey } from '../api/get-cart.ts';

const CHANNEL = 'carthub-cart';

/** Tells this browser's other tabs that the cart has changed, and reads it again when they do. */
export function useCartChannel(): () => void {
  const queryClient = useQueryClient();
  const channel = useRef<BroadcastChannel>(undefined);

  useEffect(() => {
    const opened = new BroadcastChannel(CHANNEL);
    opened.onmessage = () => void queryClient.invalidateQueries({ queryKey: cartKey });
    channel.current = opened;
    return () => opened.close();
  }, [queryClient]);

  return useCallback(() => channel.current?.postMessage('changed'), []);
}
