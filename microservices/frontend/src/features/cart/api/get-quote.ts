import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { QUOTE } from '../../../shared/api/shapes.ts';
import type { Cart } from '../../../shared/api/types.ts';
import { FACTS_POLL_MS } from '../../../shared/lib/polling.ts';
import { type CustomerSession, useSession } from '../../../shared/session-context.ts';

function getQuote(customerId: string, signal: AbortSignal) {
  return readBody(
    api.GET('/api/v1/cart/{customer_id}/quote', {
      params: { path: { customer_id: customerId } },
      signal,
    }),
    QUOTE,
  );
}

/** What the cart would cost at checkout; read again for every new state of the cart. */
function quoteQuery(session: CustomerSession, cart: Cart | undefined) {
  return queryOptions({
    queryKey: ['quote', cart?.customer_id, cart?.version, cart?.subtotal],
    queryFn: ({ signal }) => session.asCustomer((customerId) => getQuote(customerId, signal)),
    enabled: cart !== undefined && cart.items.length > 0,
    placeholderData: keepPreviousData,
    // Stock and prices change without the cart: looked at again on focus, and while the page is visible.
    refetchInterval: FACTS_POLL_MS,
  });
}

/** Below it quotes are not read again: while a cart is being ordered, the shopper sees what was accepted. */
export const QuotesFixed = createContext(false);

export function useQuote(cart: Cart | undefined) {
  const options = quoteQuery(useSession(), cart);
  return useQuery(use(QuotesFixed) ? { ...options, enabled: false } : options);
}
