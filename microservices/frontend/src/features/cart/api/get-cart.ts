import { queryOptions } from '@tanstack/react-query';
import { api } from '../../../shared/api/client.ts';
import { unwrap } from '../../../shared/api/unwrap.ts';
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
  });
}
