import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useMemo } from 'react';
import type { Cart } from '../../../shared/api/types.ts';
import { useSession } from '../../../shared/session-context.ts';
import { cartKey, cartQuery } from '../api/get-cart.ts';
import type { CartChange } from './cart-change.ts';
import type { ChangeResult } from './change-queue.ts';
import { applyPendingChanges, pendingQuantity } from './optimistic-cart.ts';
import { useCarryOver } from './use-carry-over.ts';
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
  /** Units of a product in the cart at the time of the call, including pending changes. */
  readonly quantityOf: (productId: string) => number;
  /** Rejects with a `ChangeFailure`; the page shows the server's cart by then. */
  readonly change: (change: CartChange) => Promise<ChangeResult>;
  /** The shopper was told of changes whose effect is unknown. */
  readonly hasUnconfirmed: () => boolean;
  /** Sends these changes again. None is applied twice. */
  readonly retry: () => Promise<void>;
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
  useCarryOver();
  const { queue, pending, base } = useCartChanges(publishChange);
  useCartEvents();

  const refresh = useCallback(async () => {
    publishChange();
    await queryClient.invalidateQueries({ queryKey: cartKey });
  }, [publishChange, queryClient]);

  const { data, error, isFetching } = query;
  const state = useMemo<CartState>(() => {
    const known = base ?? data;
    const cart = known && applyPendingChanges(known, pending);
    return {
      cart,
      count: cart?.total_items ?? 0,
      changing: pending.length > 0,
      error,
      fetching: isFetching,
      quantityOf: (productId) => {
        const now = queue.state();
        const present = now.base ?? queryClient.getQueryData<Cart>(cartKey);
        return present ? pendingQuantity(present, now.pending, productId) : 0;
      },
      change: (change) => queue.push(change),
      hasUnconfirmed: () => queue.hasUnconfirmed,
      retry: () => queue.retry(),
      refresh,
    };
  }, [data, base, error, isFetching, pending, queryClient, queue, refresh]);

  return <CartContext value={state}>{children}</CartContext>;
}
