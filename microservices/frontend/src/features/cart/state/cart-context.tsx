import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useMemo } from 'react';
import type { Cart } from '../../../shared/api/types.ts';
import { useSession } from '../../../shared/session-context.ts';
import { cartKey, cartQuery } from '../api/get-cart.ts';
import { type CartChange, overlayChanges } from './cart-change.ts';
import { useCartChanges } from './use-cart-changes.ts';
import { useCartChannel } from './use-cart-channel.ts';
import { useCartEvents } from './use-cart-events.ts';

export interface CartState {
  /** With the changes on top that the server has yet to confirm; undefined until first read. */
  readonly cart: Cart | undefined;
  /** Units in the cart. */
  readonly count: number;
  /** Some change is on its way: amounts are those from before it. */
  readonly changing: boolean;
  readonly error: Error | null;
  readonly fetching: boolean;
  /** Rejects with an `ApiError` if the server refuses; the overlay is gone by then. */
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
  const announce = useCartChannel();
  const { pending, change } = useCartChanges(announce);
  useCartEvents(pending.length > 0);

  const refresh = useCallback(async () => {
    announce();
    await queryClient.invalidateQueries({ queryKey: cartKey });
  }, [announce, queryClient]);

  const { data, error, isFetching } = query;
  const state = useMemo<CartState>(() => {
    const cart = data && overlayChanges(data, pending);
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
