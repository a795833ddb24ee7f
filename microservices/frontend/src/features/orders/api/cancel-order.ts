import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { ORDER_DETAILS } from '../../../shared/api/shapes.ts';
import type { OrderDetails } from '../../../shared/api/types.ts';
import type { CustomerSession } from '../../../shared/session-context.ts';

/** @param key the same for each repetition: the API cancels once, and repeats its response */
export function cancelOrder(
  session: CustomerSession,
  orderId: string,
  key: string,
): Promise<OrderDetails> {
  const send = () =>
    readBody(
      api.POST('/api/v1/orders/{order_id}/cancel', {
        params: { path: { order_id: orderId } },
        headers: { 'Idempotency-Key': key },
      }),
      ORDER_DETAILS,
    );
  return session.asCustomer(send, { repeat: 'same-customer' });
}
