// Whether the orders are those that buyers know of.

import { isDeepStrictEqual } from 'node:util';
import {
  acknowledgements,
  type Call,
  codeOf,
  isFinal,
  type OrderBody,
  orderOf,
  type Purchase,
} from '../clients/history.ts';
import { groupBy } from './group-by.ts';
import type { OrderRecord } from './records.ts';

/** Each acknowledged order is there, as it was told; each key has one; and nobody gets what they have not asked for. */
export function checkPurchases(
  purchases: readonly Purchase[],
  orders: readonly OrderRecord[],
): string[] {
  const byEmail = groupBy(orders, ({ email }) => email);
  const asked = new Set(purchases.map(({ email }) => email));
  return [
    ...purchases.flatMap((purchase) => [
      ...checkResponses(purchase),
      ...checkOrder(purchase, byEmail.get(purchase.email) ?? []),
    ]),
    ...orders
      .filter(({ email }) => !asked.has(email))
      .map(({ order_id }) => `order ${order_id}: nobody asked for it`),
    ...sharedNumbers(orders),
  ];
}

/** Every response that says how it ended is the same, byte for byte. A failure of the payment (504) is not kept. */
function checkResponses({ key, calls }: Purchase): string[] {
  const kept = calls.filter((call) => isFinal(call) && call.status !== 504);
  const different = new Set(
    kept.map(({ status, location, text }) => `${status} ${location} ${text}`),
  );
  return different.size > 1
    ? [`key ${key}: has ${different.size} different responses: ${[...different].join(' | ')}`]
    : [];
}

function checkOrder(purchase: Purchase, orders: readonly OrderRecord[]): string[] {
  const { key, calls, after } = purchase;
  const paid = orders.filter(({ status }) => status === 'paid');
  const problems: string[] = [];
  if (paid.length > 1) problems.push(`key ${key}: has ${paid.length} orders`);
  if (orders.length > calls.length)
    problems.push(`key ${key}: ${orders.length} orders were placed by ${calls.length} requests`);
  const [acknowledged] = acknowledgements(purchase);
  if (acknowledged) return [...problems, ...checkAcknowledged(purchase, acknowledged, orders)];
  if (after !== undefined && paid.length > 0)
    problems.push(
      `key ${key}: was refused (${refusalsOf(calls)}), and ${paid[0]?.order_id} is paid`,
    );
  return problems;
}

const refusalsOf = (calls: readonly Call[]): string => calls.filter(isFinal).map(codeOf).join(', ');

function checkAcknowledged(
  { key, customerId, readBack }: Purchase,
  acknowledged: Call,
  orders: readonly OrderRecord[],
): string[] {
  const told = orderOf(acknowledged);
  const name = `order ${told.order_id} of key ${key}`;
  const problems: string[] = [];
  const found = orders.find(({ order_id }) => order_id === told.order_id);
  if (!found) problems.push(`${name}: was acknowledged, and is not there`);
  else if (found.status !== 'paid')
    problems.push(`${name}: was acknowledged as paid, and is ${found.status}`);
  if (found && !isDeepStrictEqual(contentOf(told), contentOfRecord(found)))
    problems.push(`${name}: was acknowledged with other content than it has`);
  if (told.customer_id !== customerId) problems.push(`${name}: is somebody else's`);
  if (readBack !== undefined)
    for (const difference of differences(JSON.parse(acknowledged.text), JSON.parse(readBack)))
      problems.push(`${name}: was acknowledged, and then read with other ${difference}`);
  return problems;
}

function differences(told: Record<string, unknown>, read: Record<string, unknown>): string[] {
  const members = new Set([...Object.keys(told), ...Object.keys(read)]);
  return [...members]
    .filter((member) => !isDeepStrictEqual(told[member], read[member]))
    .map((member) => `${member}: ${JSON.stringify(told[member])}, ${JSON.stringify(read[member])}`);
}

const minor = (amount: number): number => Math.round(amount * 100);

const contentOf = (order: OrderBody) => ({
  number: order.number,
  customer_id: order.customer_id,
  email: order.email,
  amounts: [order.subtotal, order.discount, order.shipping, order.tax, order.total].map(minor),
  lines: order.items.map(({ product_id, price, quantity, subtotal }) => [
    product_id,
    minor(price),
    quantity,
    minor(subtotal),
  ]),
});

const contentOfRecord = (order: OrderRecord) => ({
  number: order.number,
  customer_id: order.customer_id,
  email: order.email,
  amounts: [order.subtotal, order.discount, order.shipping, order.tax, order.total],
  lines: order.lines.map(({ product_id, price, quantity, subtotal }) => [
    product_id,
    price,
    quantity,
    subtotal,
  ]),
});

function sharedNumbers(orders: readonly OrderRecord[]): string[] {
  const shared = [...groupBy(orders, ({ number }) => number)].filter(
    ([, group]) => group.length > 1,
  );
  return shared.map(([number, group]) => `number ${number}: belongs to ${group.length} orders`);
}
