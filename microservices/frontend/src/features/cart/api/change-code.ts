import { useMutation, useQueryClient } from '@tanstack/react-query';
import { use } from 'react';
import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { QUOTE } from '../../../shared/api/shapes.ts';
import type { Cart, QuoteTerms } from '../../../shared/api/types.ts';
import { useSession } from '../../../shared/session-context.ts';
import { QuoteTermsContext, useQuoteOptions } from './get-quote.ts';

interface CodeChange {
  readonly code: string;
  /** Enters it, or removes it. */
  readonly isWanted: boolean;
}

/** Both return the new quote, and have the same effect when they are repeated. */
function sendChange(customerId: string, { code, isWanted }: CodeChange, terms: QuoteTerms) {
  const params = { path: { customer_id: customerId, code }, query: terms };
  const path = '/api/v1/cart/{customer_id}/promotions/{code}';
  return readBody(isWanted ? api.PUT(path, { params }) : api.DELETE(path, { params }), QUOTE);
}

/** Enters and removes promotion codes of the cart. */
export function useChangeCode(cart: Cart | undefined) {
  const session = useSession();
  const terms = use(QuoteTermsContext);
  const queries = useQueryClient();
  const { queryKey } = useQuoteOptions(cart);
  return useMutation({
    mutationFn: (change: CodeChange) =>
      session.asCustomer((customerId) => sendChange(customerId, change, terms)),
    // A quote that was asked for before must not replace the new one.
    onMutate: () => queries.cancelQueries({ queryKey }),
    onSuccess: (quote) => queries.setQueryData(queryKey, quote),
  });
}
