/**
 * Terminology
 *   status           how far the goods of an order are: from its placing to its delivery, or its end before that.
 *   payment status   where its money is. The two are independent: a delivered order may be refunded in part.
 *   transition       a change of the status, or of what has left, come back or been refunded, by one statement.
 *
 * All that can happen to an order. Each statement is given the statuses from which it may start, so this table is the
 * only place that says so; what a transition does beside the status is in the database's functions.
 */

/** In the order of an order's life. */
export const ORDER_STATUSES = [
  'pending_payment',
  'paid',
  'partly_fulfilled',
  'fulfilled',
  'delivered',
  'payment_failed',
  'expired',
  'cancelled',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

type Actor = 'customer' | 'staff' | 'provider' | 'system';

interface Transition {
  readonly from: readonly OrderStatus[];
  /** The statuses that it can lead to; one of `from` if it changes no status. */
  readonly to: readonly OrderStatus[];
  readonly by: readonly Actor[];
  readonly effect: string;
}

export const TRANSITIONS = {
  pay: {
    from: ['pending_payment'],
    to: ['paid'],
    by: ['provider', 'system'],
    effect: 'Its held units are sold, and what was ordered leaves the cart (settle_orders).',
  },
  fail: {
    from: ['pending_payment'],
    to: ['payment_failed'],
    by: ['customer', 'provider', 'system'],
    effect: 'Its held units are free (settle_orders).',
  },
  expire: {
    from: ['pending_payment'],
    to: ['expired'],
    by: ['system'],
    effect: 'Its held units are free (settle_orders).',
  },
  cancel: {
    from: ['pending_payment', 'paid'],
    to: ['cancelled'],
    by: ['customer', 'staff'],
    effect: 'Its units are free; a task voids or refunds its payment (cancel_order).',
  },
  capture: {
    from: ['paid', 'partly_fulfilled'],
    to: ['paid', 'partly_fulfilled'],
    by: ['staff'],
    effect: 'A task captures its payment, before anything leaves (begin_capture).',
  },
  fulfil: {
    from: ['paid', 'partly_fulfilled'],
    to: ['partly_fulfilled', 'fulfilled'],
    by: ['staff'],
    effect: 'Units leave, with a parcel’s carrier and number (fulfil_order).',
  },
  deliver: {
    from: ['fulfilled'],
    to: ['delivered'],
    by: ['staff'],
    effect: 'Its parcels have arrived (deliver_order).',
  },
  refund: {
    from: ['paid', 'partly_fulfilled', 'fulfilled', 'delivered', 'cancelled'],
    to: ['paid', 'partly_fulfilled', 'fulfilled', 'delivered', 'cancelled'],
    by: ['staff'],
    effect:
      'A task gives money back. Units can be taken off or come back; if none is left to send, the order is fulfilled, ' +
      'or cancelled if nothing of it has left (refund_order).',
  },
} as const satisfies Readonly<Record<string, Transition>>;
