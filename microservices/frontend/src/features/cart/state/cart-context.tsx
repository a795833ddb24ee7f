import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useMemo } from 'react';
import type { Cart } from '../../../shared/api/types.ts';
import { useSession } from '../../../shared/session-context.ts';
import { cartKey, cartQuery } from '../api/get-cart.ts';
import type { CartChange } from './cart-change.ts';
import { applyPendingChanges } from './optimistic-cart.ts';
import { useCartBroadcast } from './use-cart-broadcast.ts';
import { useCartChanges } from './use-cart-changes.ts';
import { useCartEvents } from './use-cart-events.ts';

export interface CartState {
  /** Includes pending changes; undefined until the first read. */
  readonly cart: Cart | undefined;
  /** Units in the cart. */
  readonly count: number;
  /** A change is pending: the amounts are from before it. */
  readonly changing: boolean;
  readonly error: Error | null;
  readonly fetching: boolean;
  /** Rejects with an `ApiError` if the server refuses; the cart is restored by then. */
  readonly change: (change: CartChange) => Promise<void>;
  /** Reads the cart again, here and in the browser's other tabs. */
  readonly refresh: () => Promise<void>;
}

const CartContext = createContext<CartState | undefined>(undefined);

export function useCart(): CartState {
  const cart = use(CartContext);
  if (!cart) throw new Error('useCart needs a CartProvider above it.');
  return cart;
}

export function CartProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const query = useQuery(cartQuery(useSession()));
  const publishChange = useCartBroadcast();
  const { pending, change } = useCartChanges(publishChange);
  useCartEvents(pending.length > 0);

  const refresh = useCallback(async () => {
    publishChange();
    await queryClient.invalidateQueries({ queryKey: cartKey });
  }, [publishChange, queryClient]);

  const { data, error, isFetching } = query;
  const state = useMemo<CartState>(() => {
    const cart = data && applyPendingChanges(data, pending);
    return {
      cart,
      count: cart?.total_items ?? 0,
      changing: pending.length > 0,
      error,
      fetching: isFetching,
      change,
      refresh,
    };
  }, [data, error, isFetching, pending, change, refresh]);

  return <CartContext value={state}>{children}</CartContext>;
}
