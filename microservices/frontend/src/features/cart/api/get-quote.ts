import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { QUOTE } from '../../../shared/api/shapes.ts';
import type { Cart, QuoteTerms } from '../../../shared/api/types.ts';
import { FACTS_POLL_MS } from '../../../shared/lib/polling.ts';
import { type CustomerSession, useSession } from '../../../shared/session-context.ts';

function getQuote(customerId: string, terms: QuoteTerms, signal: AbortSignal) {
  return readBody(
    api.GET('/api/v1/cart/{customer_id}/quote', {
      params: { path: { customer_id: customerId }, query: terms },
      signal,
    }),
    QUOTE,
  );
}

/** What the cart would cost at checkout; read again for every new state of the cart, and for other terms. */
function quoteQuery(session: CustomerSession, cart: Cart | undefined, terms: QuoteTerms) {
  return queryOptions({
    queryKey: ['quote', cart?.customer_id, cart?.version, cart?.subtotal, terms],
    queryFn: ({ signal }) =>
      session.asCustomer((customerId) => getQuote(customerId, terms, signal)),
    enabled: cart !== undefined && cart.items.length > 0,
    placeholderData: keepPreviousData,
    // Stock and prices change without the cart: looked at again on focus, and while the page is visible.
    refetchInterval: FACTS_POLL_MS,
  });
}

/** Below it quotes are not read again: while a cart is being ordered, the shopper sees what was accepted. */
export const QuotesFixed = createContext(false);

/** Those of the page: the cart's has none, and shows what an order costs to nowhere in particular. */
export const QuoteTermsContext = createContext<QuoteTerms>({});

export const useQuoteOptions = (cart: Cart | undefined) =>
  quoteQuery(useSession(), cart, use(QuoteTermsContext));

export function useQuote(cart: Cart | undefined) {
  const options = useQuoteOptions(cart);
  return useQuery(use(QuotesFixed) ? { ...options, enabled: false } : options);
}
