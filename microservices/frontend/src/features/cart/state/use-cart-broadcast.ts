import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { cartKey } from '../api/get-cart.ts';

const CHANNEL_NAME = 'carthub-cart';

/**
 * Reads the cart again when another tab of this browser has changed it.
 *
 * @returns publishes a change to the other tabs
 */
export function useCartBroadcast(): () => void {
  const queryClient = useQueryClient();
  const channel = useRef<BroadcastChannel>(undefined);

  useEffect(() => {
    const opened = new BroadcastChannel(CHANNEL_NAME);
    opened.onmessage = () => void queryClient.invalidateQueries({ queryKey: cartKey });
    channel.current = opened;
    return () => opened.close();
  }, [queryClient]);

  return useCallback(() => channel.current?.postMessage('changed'), []);
}
