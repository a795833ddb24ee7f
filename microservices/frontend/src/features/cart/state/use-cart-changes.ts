import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import type { Cart } from '../../../shared/api/types.ts';
import { useSession } from '../../../shared/session-context.ts';
import { cartKey } from '../api/get-cart.ts';
import { type CartChange, sendCartChange } from './cart-change.ts';

/**
 * Sends the shopper's changes one after another, in the order they were made, and keeps those
 * that the server has not answered yet.
 */
export function useCartChanges(onChanged: () => void) {
  const session = useSession();
  const queryClient = useQueryClient();
  const waiting = useRef<readonly CartChange[]>([]);
  const [pending, setPending] = useState(waiting.current);

  const setWaiting = useCallback((changes: readonly CartChange[]) => {
    waiting.current = changes;
    setPending(changes);
  }, []);

  const { mutateAsync } = useMutation({
    scope: { id: 'cart' },
    mutationFn: async (change: CartChange) => {
      if (isSuperseded(change, waiting.current)) return undefined;
      await queryClient.cancelQueries({ queryKey: cartKey });
      return session.asCustomer((customerId) => sendCartChange(customerId, change));
    },
    onSuccess: async (cart: Cart | undefined) => {
      if (!cart) return;
      // A read that began before this change must not overwrite what the change has answered.
      await queryClient.cancelQueries({ queryKey: cartKey });
      queryClient.setQueryData(cartKey, cart);
      onChanged();
    },
    // Refused or lost on the way: only the server knows what the cart is like now.
    onError: () => queryClient.invalidateQueries({ queryKey: cartKey }),
  });

  const change = useCallback(
    async (next: CartChange) => {
      setWaiting([...waiting.current, next]);
      try {
        await mutateAsync(next);
      } finally {
        setWaiting(waiting.current.filter((other) => other !== next));
      }
    },
    [mutateAsync, setWaiting],
  );

  return { pending, change };
}

/** Five quick clicks on "+" need not be five requests: only the last quantity matters. */
function isSuperseded(change: CartChange, waiting: readonly CartChange[]): boolean {
  if (change.kind !== 'set-quantity') return false;
  const later = waiting.slice(waiting.indexOf(change) + 1);
  return later.some((next) => next.kind === 'set-quantity' && next.productId === change.productId);
}
