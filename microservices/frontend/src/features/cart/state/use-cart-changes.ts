import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import type { Cart } from '../../../shared/api/types.ts';
import { useSession } from '../../../shared/session-context.ts';
import { cartKey } from '../api/get-cart.ts';
import { type CartChange, sendCartChange } from './cart-change.ts';

/** Sends the shopper's changes one at a time, in order. `pending` has those without a response yet. */
export function useCartChanges(onChanged: () => void) {
  const session = useSession();
  const queryClient = useQueryClient();
  const queue = useRef<readonly CartChange[]>([]);
  const [pending, setPending] = useState(queue.current);

  const setQueue = useCallback((changes: readonly CartChange[]) => {
    queue.current = changes;
    setPending(changes);
  }, []);

  const { mutateAsync } = useMutation({
    scope: { id: 'cart' },
    mutationFn: async (change: CartChange) => {
      if (isSuperseded(change, queue.current)) return undefined;
      await queryClient.cancelQueries({ queryKey: cartKey });
      return session.asCustomer((customerId) => sendCartChange(customerId, change));
    },
    onSuccess: async (cart: Cart | undefined) => {
      if (!cart) return;
      // A read that started before this change must not overwrite its response.
      await queryClient.cancelQueries({ queryKey: cartKey });
      queryClient.setQueryData(cartKey, cart);
      onChanged();
    },
    // After a refusal or a lost response only the server knows the state of the cart.
    onError: () => queryClient.invalidateQueries({ queryKey: cartKey }),
  });

  const change = useCallback(
    async (next: CartChange) => {
      setQueue([...queue.current, next]);
      try {
        await mutateAsync(next);
      } finally {
        setQueue(queue.current.filter((other) => other !== next));
      }
    },
    [mutateAsync, setQueue],
  );

  return { pending, change };
}

/** Coalesces quick clicks on "+": only the last quantity of a line is sent. */
function isSuperseded(change: CartChange, queue: readonly CartChange[]): boolean {
  if (change.kind !== 'set-quantity') return false;
  const later = queue.slice(queue.indexOf(change) + 1);
  return later.some((next) => next.kind === 'set-quantity' && next.productId === change.productId);
}
