import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { unwrap } from '../../../shared/api/read-body.ts';
import type { Cart } from '../../../shared/api/types.ts';
import type { CustomerSession } from '../../../shared/session-context.ts';

function getCart(customerId: string, signal: AbortSignal) {
  return unwrap(
    api.GET('/api/v1/cart/{customer_id}', {
      params: { path: { customer_id: customerId } },
      signal,
    }),
  );
}

/** One entry whoever the customer is: a renewed session replaces what the refused one had shown. */
export const cartKey = ['cart'] as const;

export function cartQuery(session: CustomerSession) {
  return queryOptions({
    queryKey: cartKey,
    queryFn: ({ signal }) => session.asCustomer((customerId) => getCart(customerId, signal)),
    // Asked for whatever comes to be the cart: a read, the answer to a change, an event.
    structuralSharing: (known, cart) => newerCart(known as Cart | undefined, cart as Cart),
  });
}

/** Reads, answers and events may overtake each other: what is older does not replace what is newer. */
function newerCart(known: Cart | undefined, cart: Cart): Cart {
  if (!known || known.customer_id !== cart.customer_id) return cart;
  const [was, is] = [known.created_at ?? '', cart.created_at ?? ''];
  // A cart that was deleted, for it was old, begins anew with the first version.
  const isNewer = was === is ? cart.version > known.version : is > was;
  return isNewer ? cart : known;
}
