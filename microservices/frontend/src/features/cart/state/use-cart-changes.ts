import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { ApiError, UNKNOWN_CODE } from '../../../shared/api/api-error.ts';
import { newIdempotencyKey } from '../../../shared/api/fetch-with-retry.ts';
import type { Cart } from '../../../shared/api/types.ts';
import { type CustomerSession, useSession } from '../../../shared/session-context.ts';
import { cartKey, cartQuery } from '../api/get-cart.ts';
import { cartOperations } from './cart-operations.ts';
import { type CartTransport, ChangeQueue, type FailedOutcome } from './change-queue.ts';
import { sendCartChange } from './send-cart-change.ts';

interface Surroundings {
  readonly session: CustomerSession;
  readonly queryClient: QueryClient;
  /** The server has changed the cart. */
  readonly onChanged: () => void;
}

/** The queue of the shopper's changes, and what is pending. */
export function useCartChanges(onChanged: () => void) {
  const surroundings = { session: useSession(), queryClient: useQueryClient(), onChanged };
  const latest = useRef<Surroundings>(surroundings);
  useEffect(() => {
    latest.current = surroundings;
  });
  const [queue] = useState(() => new ChangeQueue(createTransport(() => latest.current)));
  const state = useSyncExternalStore(queue.subscribe, queue.state);
  useEffect(() => {
    const flush = () => queue.flush();
    window.addEventListener('pagehide', flush);
    return () => window.removeEventListener('pagehide', flush);
  }, [queue]);
  return { queue, ...state };
}

function createTransport(surroundings: () => Surroundings): CartTransport {
  return {
    send: (change, key, known) =>
      surroundings().session.asCustomer((customerId) =>
        sendCartChange(cartOperations(customerId), change, key, known),
      ),
    read: async () => {
      const { queryClient, session } = surroundings();
      // A read that is on its way may be from before the change.
      await queryClient.cancelQueries({ queryKey: cartKey });
      return queryClient.fetchQuery({ ...cartQuery(session), staleTime: 0 });
    },
    known: () => surroundings().queryClient.getQueryData<Cart>(cartKey),
    show: (cart) => {
      const { queryClient, onChanged } = surroundings();
      queryClient.setQueryData(cartKey, cart);
      onChanged();
    },
    newKey: newIdempotencyKey,
    outcomeOf,
  };
}

/** A proxy does not know what the backend did or will do, and neither does a fault of this page. */
function outcomeOf(error: unknown): FailedOutcome {
  if (!(error instanceof ApiError) || error.status === 0) return 'lost';
  if (error.status < 500) return 'refused';
  return error.code === UNKNOWN_CODE || error.code.startsWith('backend-') ? 'lost' : 'failed';
}
