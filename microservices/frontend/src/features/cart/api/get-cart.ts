import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { CART } from '../../../shared/api/shapes.ts';
import type { Cart } from '../../../shared/api/types.ts';
import type { CustomerSession } from '../../../shared/session-context.ts';
import { newerCart } from '../state/newer-cart.ts';

function getCart(customerId: string, signal: AbortSignal) {
  return readBody(
    api.GET('/api/v1/cart/{customer_id}', {
      params: { path: { customer_id: customerId } },
      signal,
    }),
    CART,
  );
}

/** One cache entry for any customer: the cart of a renewed session replaces that of the expired one. */
export const cartKey = ['cart'] as const;

export function cartQuery(session: CustomerSession) {
  return queryOptions({
    queryKey: cartKey,
    queryFn: ({ signal }) => session.asCustomer((customerId) => getCart(customerId, signal)),
    // Runs for every write to this cache entry: reads, responses to changes and events.
    structuralSharing: (known, cart) => newerCart(known as Cart | undefined, cart as Cart),
  });
}
