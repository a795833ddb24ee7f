import { api } from '../../../shared/api/client.ts';
import { readBody } from '../../../shared/api/read-body.ts';
import { PAGE } from '../../../shared/api/shapes.ts';
import type { Order } from '../../../shared/api/types.ts';
import type { OrderAttempt } from '../attempt/order-attempt.ts';

const MAX_ORDERS = 20;
/** These are no orders for the shopper, or not yet. */
const UNPAID: readonly Order['status'][] = ['pending_payment', 'payment_failed', 'expired'];
/** The clocks of browser and server differ. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

/**
 * Looks for the attempt's order among the customer's newest orders, without sending the attempt. An order of the
 * same contents that was made just before is another one: it emptied the cart before this one was filled.
 */
export async function findOrder(attempt: OrderAttempt): Promise<Order | undefined> {
  const { body } = attempt;
  const query = { limit: MAX_ORDERS };
  const { items } = await readBody(api.GET('/api/v1/orders', { params: { query } }), PAGE);
  const since = earliestTime(attempt);
  return items.findLast(
    (order) =>
      !UNPAID.includes(order.status) &&
      Date.parse(order.created_at) >= since &&
      order.customer_id === body.customer_id &&
      order.email === body.email &&
      order.total === body.expected_total,
  );
}

/** By the shop's clock, which also made the orders' times. Attempts of an earlier release have only the browser's. */
function earliestTime({ cartChangedAt, startedAt }: OrderAttempt): number {
  const changed = Date.parse(cartChangedAt ?? '');
  return Number.isNaN(changed) ? startedAt - CLOCK_TOLERANCE_MS : changed;
}
