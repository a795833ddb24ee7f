import type { Delivery } from '../clients/event-receiver.ts';
import type { Purchase } from '../clients/history.ts';
import type { LedgerEntry } from '../payments/payment-ledger.ts';
import { checkCarts } from './carts.ts';
import { checkEvents } from './events.ts';
import { checkOrders } from './orders.ts';
import { checkPayments } from './payments.ts';
import { checkPurchases } from './purchases.ts';
import type { Records } from './records.ts';
import { checkStock } from './stock.ts';

/** Everything that is known after a run. */
export interface Evidence {
  readonly purchases: readonly Purchase[];
  readonly records: Records;
  readonly ledger: readonly LedgerEntry[];
  readonly deliveries: readonly Delivery[];
  readonly maxRepeats: number;
  /** Units by product. */
  readonly received: ReadonlyMap<string, number>;
}

/** @returns what contradicts itself; empty if nothing does */
export function checkAll(evidence: Evidence): string[] {
  const { purchases, records, ledger, deliveries, maxRepeats, received } = evidence;
  const { orders, stock, events } = records;
  return [
    ...checkPurchases(purchases, orders),
    ...checkCarts(purchases),
    ...checkOrders(orders),
    ...checkStock(received, stock, orders),
    ...checkPayments(orders, ledger),
    ...checkEvents(orders, { events, deliveries, maxRepeats }),
  ];
}
