import { Type } from 'typebox';
import { customerKey } from '../../../db/buckets.ts';
import type { Transaction } from '../../../db/connection.ts';
import { defineRowSets } from '../../../db/row-sets.ts';
import { defineStatement, query } from '../../../db/statement.ts';
import { decimalFromMinor } from '../../../money.ts';
import type { CartLine } from '../engine/cart-line.ts';
import { MAX_LINE_QUANTITY } from '../engine/cart-rules.ts';

const openCartStatement = defineStatement({
  name: 'open-cart',
  text: `
    insert into carts (bucket, customer_id, version) values ($1::smallint, $2::text, 1)
    on conflict do nothing
    returning customer_id`,
  row: Type.Object({ customer_id: Type.String() }),
});

const lockMergedCartStatement = defineStatement({
  name: 'lock-merged-cart',
  text: `
    select customer_id from carts where bucket = $1::smallint and customer_id = $2::text
    for no key update`,
  row: Type.Object({ customer_id: Type.String() }),
});

/** Its lines leave the cart that they were ordered from, once it is paid. */
const findOrderOfCartStatement = defineStatement({
  name: 'find-pending-order-of-cart',
  text: `
    select order_id from stock_holds where bucket = $1::smallint and customer_id = $2::text`,
  row: Type.Object({ order_id: Type.String({ format: 'uuid' }) }),
});

const removeMovedLinesStatement = defineStatement({
  name: 'remove-moved-lines',
  text: `
    delete from cart_items where bucket = $1::smallint and customer_id = $2::text
    returning product_id`,
  row: Type.Object({ product_id: Type.String() }),
});

const movedLines = defineRowSets(
  {
    moved: {
      product_id: 'text',
      product_name: 'text',
      price: 'numeric',
      quantity: 'integer',
      image_url: 'text',
      position: 'integer',
    },
  },
  2,
);

/**
 * Adds lines to the end of the cart, in their order. A line that it has keeps its own price; checkout compares it
 * with the catalog in any case.
 */
const putMovedLinesStatement = defineStatement({
  name: 'put-moved-lines',
  text: `
    insert into cart_items as l
      (bucket, customer_id, product_id, product_name, price, quantity, image_url, added_at)
    select $1::smallint, $2::text, product_id, product_name, price, quantity, image_url,
      statement_timestamp() + interval '1 microsecond' * position
    from ${movedLines.from.moved}
    on conflict (bucket, customer_id, product_id) do update
    set quantity = least(${MAX_LINE_QUANTITY}, l.quantity + excluded.quantity)
    returning product_id`,
  row: Type.Object({ product_id: Type.String() }),
});

const raiseVersionStatement = defineStatement({
  name: 'raise-merged-version',
  text: `
    update carts set version = version + $3::integer, updated_at = statement_timestamp()
    where bucket = $1::smallint and customer_id = $2::text
    returning customer_id`,
  row: Type.Object({ customer_id: Type.String() }),
});

export const statements = [
  openCartStatement,
  lockMergedCartStatement,
  findOrderOfCartStatement,
  removeMovedLinesStatement,
  putMovedLinesStatement,
  raiseVersionStatement,
];

/** @returns whether it created the cart */
export async function openCart(transaction: Transaction, customerId: string): Promise<boolean> {
  const rows = await query(transaction, openCartStatement, customerKey(transaction, customerId));
  return rows.length === 1;
}

/**
 * Waits for other writers of the carts and keeps them out until the transaction ends. Locks in the order of the ids,
 * so that two merges never deadlock.
 *
 * @returns the customers whose carts are locked: a cart that was never used has no row, and may get one at any moment
 */
export async function lockCarts(
  transaction: Transaction,
  customerIds: readonly string[],
): Promise<Set<string>> {
  const locked = new Set<string>();
  for (const customerId of customerIds.toSorted()) {
    const key = customerKey(transaction, customerId);
    for (const row of await query(transaction, lockMergedCartStatement, key))
      locked.add(row.customer_id);
  }
  return locked;
}

/** Whether an order of the cart, which is locked, waits for its payment. */
export async function hasPendingOrder(
  transaction: Transaction,
  customerId: string,
): Promise<boolean> {
  const key = customerKey(transaction, customerId);
  return (await query(transaction, findOrderOfCartStatement, key)).length > 0;
}

/**
 * Moves lines from one cart into another. They may be in different buckets, so each statement is for one of the carts.
 *
 * @param carts.lines all lines of `from`
 * @param carts.isNew the cart was created by this merge, so its first version is this change
 */
export async function mergeCarts(
  transaction: Transaction,
  carts: {
    readonly from: string;
    readonly lines: readonly CartLine[];
    readonly into: string;
    readonly isNew: boolean;
  },
): Promise<void> {
  const from = customerKey(transaction, carts.from);
  const into = customerKey(transaction, carts.into);
  const moved = carts.lines.map((line, index) => ({
    product_id: line.productId,
    product_name: line.productName,
    price: decimalFromMinor(line.priceMinor),
    quantity: line.quantity,
    image_url: line.imageUrl,
    position: index + 1,
  }));
  await query(transaction, removeMovedLinesStatement, from);
  await query(transaction, raiseVersionStatement, [...from, 1]);
  const values = [...into, ...movedLines.parameters({ moved })];
  await query(transaction, putMovedLinesStatement, values);
  await query(transaction, raiseVersionStatement, [...into, carts.isNew ? 0 : 1]);
}
