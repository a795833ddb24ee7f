/** What a checkout does to a cart. */
import { Type } from 'typebox';
import { customerKey } from '../../../db/buckets.ts';
import type { Transaction } from '../../../db/connection.ts';
import { defineStatement, query } from '../../../db/statement.ts';

const lockCartStatement = defineStatement({
  name: 'lock-cart',
  text: `
    select version::integer as version from carts
    where bucket = $1::smallint and customer_id = $2::text
    for update`,
  row: Type.Object({ version: Type.Integer() }),
});

const adoptPricesStatement = defineStatement({
  name: 'adopt-prices',
  text: `
    with adopted as (
      update cart_items as l
      set price = p.price, product_name = p.product_name, image_url = p.image_url
      from products as p
      where l.bucket = $1::smallint and l.customer_id = $2::text
        and p.product_id = l.product_id and l.price <> p.price
      returning l.product_id
    )
    update carts set version = version + 1, updated_at = statement_timestamp()
    where bucket = $1::smallint and customer_id = $2::text and exists (select from adopted)
    returning version::integer as version`,
  row: Type.Object({ version: Type.Integer() }),
});

export const statements = [lockCartStatement, adoptPricesStatement];

/**
 * Waits for other writers of the cart and keeps them out until the transaction ends.
 *
 * @returns its version; 0 for a cart never used
 */
export async function lockCart(transaction: Transaction, customerId: string): Promise<number> {
  const [cart] = await query(transaction, lockCartStatement, customerKey(transaction, customerId));
  return cart?.version ?? 0;
}

/** Puts the catalog's prices and names on the lines whose price has changed. */
export async function adoptPrices(transaction: Transaction, customerId: string): Promise<void> {
  await query(transaction, adoptPricesStatement, customerKey(transaction, customerId));
}
