import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import type { Cart } from '../../../shared/api/types.ts';
import type { CustomerSession } from '../../../shared/session-context.ts';

function getCart(customerId: string, signal: AbortSignal) {
  return readBody(
    api.GET('/api/v1/cart/{customer_id}', {
      params: { path: { customer_id: customerId } },
      signal,
    }),
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

/** Reads, responses and events can arrive out of order: an older cart never replaces a newer one. */
function newerCart(known: Cart | undefined, cart: Cart): Cart {
  if (!known || known.customer_id !== cart.customer_id) return cart;
  const [knownSince, since] = [known.created_at ?? '', cart.created_at ?? ''];
  // An expired cart is deleted; the next one starts at version 1 again, with a later created_at.
  const isNewer = knownSince === since ? cart.version > known.version : since > knownSince;
  return isNewer ? cart : known;
}
