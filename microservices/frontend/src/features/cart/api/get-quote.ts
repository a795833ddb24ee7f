import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import type { Cart } from '../../../shared/api/types.ts';
import { type CustomerSession, useSession } from '../../../shared/session-context.ts';

function getQuote(customerId: string, signal: AbortSignal) {
  return readBody(
    api.GET('/api/v1/cart/{customer_id}/quote', {
      params: { path: { customer_id: customerId } },
      signal,
    }),
  );
}

/** What the cart would cost at checkout; read again for every new state of the cart. */
function quoteQuery(session: CustomerSession, cart: Cart | undefined) {
  return queryOptions({
    queryKey: ['quote', cart?.customer_id, cart?.version, cart?.subtotal],
    queryFn: ({ signal }) => session.asCustomer((customerId) => getQuote(customerId, signal)),
    enabled: cart !== undefined && cart.items.length > 0,
    placeholderData: keepPreviousData,
  });
}

export function useQuote(cart: Cart | undefined) {
  return useQuery(quoteQuery(useSession(), cart));
}
