// Each order by itself: its sums and its way from status to status.

import type { OrderRecord } from './records.ts';

export const checkOrders = (orders: readonly OrderRecord[]): string[] =>
  orders.flatMap((order) => [...checkTotals(order), ...checkHistory(order)]);

function checkTotals(order: OrderRecord): string[] {
  const { order_id, lines, subtotal, discount, shipping, tax, total } = order;
  const sum = lines.reduce((all, line) => all + line.subtotal, 0);
  const isRight =
    lines.length > 0 &&
    lines.every((line) => line.subtotal === line.price * line.quantity) &&
    subtotal === sum &&
    total === subtotal - discount + shipping + tax;
  return isRight ? [] : [`order ${order_id}: its lines and totals do not add up`];
}

/** The statuses that may follow each one. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  pending_payment: ['paid', 'payment_failed', 'expired', 'cancelled'],
  paid: ['partly_fulfilled', 'fulfilled', 'cancelled', 'partly_refunded', 'refunded'],
  partly_fulfilled: ['partly_fulfilled', 'fulfilled', 'partly_refunded', 'refunded'],
  fulfilled: ['delivered', 'partly_refunded', 'refunded'],
  delivered: ['partly_refunded', 'refunded'],
  partly_refunded: ['partly_refunded', 'refunded'],
};

function checkHistory({ order_id, status, history }: OrderRecord): string[] {
  const isPath =
    history[0]?.status === 'pending_payment' &&
    history.at(-1)?.status === status &&
    history.every((row, index) => {
      const before = history[index - 1];
      const isNext = !before || NEXT[before.status]?.includes(row.status) === true;
      return row.sequence === index + 1 && isNext;
    });
  const way = history.map((row) => `${row.sequence} ${row.status}`).join(', ');
  return isPath ? [] : [`order ${order_id}: is ${status} by the way of: ${way}`];
}
