import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { attempt } from '../../../shared/lib/attempt.ts';
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
    const opened = attempt(() => new BroadcastChannel(CHANNEL_NAME));
    if (!opened) return;
    opened.onmessage = () => void queryClient.invalidateQueries({ queryKey: cartKey });
    channel.current = opened;
    return () => {
      channel.current = undefined;
      opened.close();
    };
  }, [queryClient]);

  return useCallback(() => attempt(() => channel.current?.postMessage('changed')), []);
}
