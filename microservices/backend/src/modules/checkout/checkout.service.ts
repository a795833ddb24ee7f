/**
 * A checkout:
 *   1. compute   the order from the cart as it was shown;
 *   2. place     it: written and waiting for its payment, with its units held. The statement proves what was
 *                computed, so nobody pays for what is gone (place-order.ts);
 *   3. pay       while nothing is locked, however long the provider takes (pay-order.ts);
 *   4. settle    it: paid, and the ordered lines leave the cart; or given up, which frees the units. If the provider
 *                has not decided, the order waits, and its webhook, the customer or a worker settles it
 *                (settlement/).
 * A crash between 2 and 4 leaves an order that waits too. A worker settles it, or it is given up, and its payment voided,
 * when its customer checks out again (pending-order.ts).
 */
import type { RequestDatabase } from '../../db/connection.ts';
import type { Replayed } from '../../idempotency/with-idempotency.ts';
import type { CheckoutRequest, CheckoutResult, CheckoutServices } from './checkout-request.ts';
import { payOrder } from './pay-order.ts';
import { placeOrder } from './place-order.ts';

/** @throws Problem 409 while another checkout of the customer is being paid, 503 */
export async function checkout(
  database: RequestDatabase,
  services: CheckoutServices,
  request: CheckoutRequest,
): Promise<CheckoutResult | Replayed> {
  const placed = await placeOrder(database, services, request);
  return placed.kind === 'placed' ? payOrder(database, services, request, placed) : placed;
}
