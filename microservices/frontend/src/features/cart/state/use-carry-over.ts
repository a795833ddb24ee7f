import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Cart } from '../../../shared/api/types.ts';
import { useSession } from '../../../shared/session-context.ts';
import { carryOverLine } from '../api/carry-over-line.ts';
import { cartKey } from '../api/get-cart.ts';

/** Takes the lines on the page along when the session gets another customer. */
export function useCarryOver(): void {
  const { onReplace } = useSession();
  const queryClient = useQueryClient();
  useEffect(
    () =>
      onReplace(async (from, to) => {
        const cart = queryClient.getQueryData<Cart>(cartKey);
        if (!cart || cart.customer_id !== from || cart.items.length === 0) return undefined;
        // One after the other, so that the lines keep their order.
        let isComplete = true;
        for (const line of cart.items) {
          const isKept = await carryOverLine(from, to, line).then(
            () => true,
            () => false,
          );
          isComplete &&= isKept;
        }
        return isComplete;
      }),
    [onReplace, queryClient],
  );
}
