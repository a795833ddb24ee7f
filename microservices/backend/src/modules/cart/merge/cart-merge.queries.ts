import { Type } from 'typebox';
import type { Connection, Transaction } from '../../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../../db/statement.ts';
import { MAX_LINE_QUANTITY } from '../engine/cart-rules.ts';

const openCartStatement = defineStatement({
  name: 'open-cart',
  text: `
    insert into carts (customer_id, version) values ($1::text, 1)
    on conflict (customer_id) do nothing
    returning customer_id`,
  row: Type.Object({ customer_id: Type.String() }),
});

/** Locks in the order of customer_id, so that two merges never deadlock. */
const lockCartsStatement = defineStatement({
  name: 'lock-carts',
  text: `
    select customer_id from carts where customer_id = any($1::text[])
    order by customer_id for no key update`,
  row: Type.Object({ customer_id: Type.String() }),
});

const countLinesStatement = defineStatement({
  name: 'count-merged-lines',
  text: `
    select count(*) filter (where customer_id = $1::text)::integer as moving,
      count(distinct product_id)::integer as merged
    from cart_items where customer_id in ($1::text, $2::text)`,
  row: Type.Object({ moving: Type.Integer(), merged: Type.Integer() }),
});

/**
 * Moves the lines of $1 to the end of the cart of $2, in their order. A line that both have keeps the price of
 * $2; checkout compares it with the catalog in any case.
 */
const mergeCartsStatement = defineStatement({
  name: 'merge-carts',
  text: `
    with moved as (
      delete from cart_items where customer_id = $1::text returning *
    ),
    raised as (
      update carts
      set version = version + case when customer_id = $2::text and $3::boolean then 0 else 1 end,
        updated_at = statement_timestamp()
      where customer_id in ($1::text, $2::text)
    ),
    put as (
      insert into cart_items as l
        (customer_id, product_id, product_name, price, quantity, image_url, added_at)
      select $2::text, product_id, product_name, price, quantity, image_url,
        statement_timestamp() + interval '1 microsecond'
          * row_number() over (order by added_at, product_id collate "C")
      from moved
      on conflict (customer_id, product_id) do update
      set quantity = least(${MAX_LINE_QUANTITY}, l.quantity + excluded.quantity)
      returning product_id
    )
    select count(*)::integer as moved from put`,
  row: Type.Object({ moved: Type.Integer() }),
});

export const statements = [
  openCartStatement,
  lockCartsStatement,
  countLinesStatement,
  mergeCartsStatement,
];

/** @returns whether it created the cart */
export async function openCart(transaction: Transaction, customerId: string): Promise<boolean> {
  return (await query(transaction, openCartStatement, [customerId])).length === 1;
}

/** Waits for other writers of the carts and keeps them out until the transaction ends. */
export async function lockCarts(transaction: Transaction, customerIds: string[]): Promise<void> {
  await query(transaction, lockCartsStatement, [customerIds]);
}

/** How many lines would move, and how many lines the cart would then have. */
export const countMergedLines = (connection: Connection, from: string, into: string) =>
  queryOne(connection, countLinesStatement, [from, into]);

/** @param isNew the cart was created by this merge, so its first version is this change */
export async function mergeCarts(
  transaction: Transaction,
  carts: { readonly from: string; readonly into: string; readonly isNew: boolean },
): Promise<void> {
  await queryOne(transaction, mergeCartsStatement, [carts.from, carts.into, carts.isNew]);
}
