// The shop's books against the provider's, after reconciliation.

import type { LedgerEntry } from '../payments/payment-ledger.ts';
import { groupBy } from './group-by.ts';
import type { OrderRecord } from './records.ts';

/** Each paid order is charged once, with its total; nothing else is charged. */
export function checkPayments(
  orders: readonly OrderRecord[],
  entries: readonly LedgerEntry[],
): string[] {
  const byOrder = groupBy(entries, ({ orderId }) => orderId);
  const known = new Set(orders.map(({ order_id }) => order_id));
  return [
    ...orders.flatMap((order) => checkOrder(order, byOrder.get(order.order_id) ?? [])),
    ...[...byOrder]
      .filter(([id, group]) => !known.has(id) && chargesOf(group).length > 0)
      .map(([id]) => `payment of ${id}: charged for an order that is not there`),
  ];
}

function checkOrder(order: OrderRecord, entries: readonly LedgerEntry[]): string[] {
  const { order_id, status, total, payments } = order;
  const charges = chargesOf(entries);
  const problems: string[] = [];
  if (status === 'paid' && charges.length !== 1)
    problems.push(`order ${order_id}: is paid, and charged ${charges.length} times`);
  if (status !== 'paid' && charges.length > 0)
    problems.push(`order ${order_id}: is ${status}, and charged`);
  if (charges.some(({ amountMinor }) => amountMinor !== total))
    problems.push(`order ${order_id}: costs ${total}, and another amount is charged`);
  const isSettled = (payment: string) =>
    status === 'paid'
      ? payment === 'authorized' || payment === 'captured'
      : payment === 'failed' || payment === 'voided';
  for (const payment of payments)
    if (!isSettled(payment.status) || payment.amount !== total)
      problems.push(
        `order ${order_id}: is ${status}, its payment ${payment.status} of ${payment.amount}`,
      );
  return problems;
}

/** What was authorized and not voided. */
function chargesOf(entries: readonly LedgerEntry[]): LedgerEntry[] {
  let charges: LedgerEntry[] = [];
  for (const entry of entries) {
    if (entry.kind === 'authorized') charges.push(entry);
    else if (entry.kind === 'voided') charges = [];
  }
  return charges;
}
