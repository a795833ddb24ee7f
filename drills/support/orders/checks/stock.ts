// Units: received = on hand + sold, and what is held belongs to orders that wait.

import { groupBy } from './group-by.ts';
import type { OrderRecord, StockRecord } from './records.ts';

export function checkStock(
  received: ReadonlyMap<string, number>,
  stock: readonly StockRecord[],
  orders: readonly OrderRecord[],
): string[] {
  const byProduct = groupBy(stock, ({ product_id }) => product_id);
  const sold = unitsOf(orders.filter(({ status }) => status === 'paid'));
  const waiting = unitsOf(orders.filter(({ holds }) => holds > 0));
  const problems = [...received].flatMap(([product, units]) => {
    const rows = byProduct.get(product) ?? [];
    const sum = (of: (row: StockRecord) => number) => rows.reduce((all, row) => all + of(row), 0);
    const onHand = sum((row) => row.on_hand);
    return [
      ...unequal(`${product}: on hand and sold`, onHand + sum((row) => row.sold), units),
      ...unequal(
        `${product}: counted as sold`,
        sum((row) => row.sold),
        sold.get(product) ?? 0,
      ),
      ...unequal(
        `${product}: held`,
        sum((row) => row.held),
        waiting.get(product) ?? 0,
      ),
      ...rows
        .filter((row) => row.held < 0 || row.held > row.on_hand)
        .map((row) => `${product}: ${row.held} of ${row.on_hand} are held`),
    ];
  });
  return [...problems, ...orders.flatMap(checkHold)];
}

/** An order has a hold as long as it waits for its payment. */
function checkHold({ order_id, status, holds }: OrderRecord): string[] {
  return unequal(
    `order ${order_id}: is ${status}; holds`,
    holds,
    status === 'pending_payment' ? 1 : 0,
  );
}

const unequal = (what: string, is: number, expected: number): string[] =>
  is === expected ? [] : [`${what}: ${is}, not ${expected}`];

function unitsOf(orders: readonly OrderRecord[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { product_id, quantity } of orders.flatMap(({ lines }) => lines))
    units.set(product_id, (units.get(product_id) ?? 0) + quantity);
  return units;
}
