import { Type } from 'typebox';
import type { Connection, Transaction } from '../../db/connection.ts';
import { defineStatement, query, queryOne } from '../../db/statement.ts';
import { decimalFromMinor, minorFromDecimal } from '../../money.ts';
import type { Totals } from '../pricing/totals.ts';
import type { Address } from './checkout.schemas.ts';

const readLinesStatement = defineStatement({
  name: 'read-checkout-lines',
  text: `
    select l.product_id, l.product_name, l.quantity, l.price as shown_price,
      p.price as current_price, coalesce(i.on_hand, 0) as available
    from cart_items as l
    join products as p on p.product_id = l.product_id
    left join inventory as i on i.product_id = l.product_id
    where l.customer_id = $1::text
    order by l.added_at, l.product_id collate "C"`,
  row: Type.Object({
    product_id: Type.String(),
    product_name: Type.String(),
    quantity: Type.Integer(),
    shown_price: Type.String({ format: 'decimal' }),
    current_price: Type.String({ format: 'decimal' }),
    available: Type.Integer(),
  }),
});

const lockCartStatement = defineStatement({
  name: 'lock-cart',
  text: 'select version::integer as version from carts where customer_id = $1::text for update',
  row: Type.Object({ version: Type.Integer() }),
});

/**
 * Locks in the order of product_id, so that two orders of the same products never deadlock.
 * `locked` has the numbers as they are once the lock is held, not as the snapshot saw them.
 * Returns what was short; then nothing may be kept, so the caller rolls back.
 */
const takeStockStatement = defineStatement({
  name: 'take-stock',
  text: `
    with wanted as (
      select product_id, quantity from cart_items where customer_id = $1::text
    ),
    locked as (
      select i.product_id, i.on_hand
      from inventory as i join wanted using (product_id)
      order by i.product_id
      for update of i
    ),
    taken as (
      update inventory as i
      set on_hand = locked.on_hand - wanted.quantity, updated_at = now()
      from locked join wanted using (product_id)
      where i.product_id = locked.product_id and locked.on_hand >= wanted.quantity
      returning i.product_id
    )
    select wanted.product_id, coalesce(locked.on_hand, 0) as available
    from wanted left join locked using (product_id)
    where wanted.product_id not in (select product_id from taken)`,
  row: Type.Object({ product_id: Type.String(), available: Type.Integer() }),
});

/** The order, its lines from the cart, and the emptied cart: one statement. */
const placeOrderStatement = defineStatement({
  name: 'place-order',
  text: `
    with new_order as (
      insert into orders (
        customer_id, order_id, status, currency, subtotal, discount, shipping, tax, total,
        email, shipping_address, billing_address,
        payment_provider, payment_status, payment_reference
      )
      values (
        $1::text, $2::uuid, 'confirmed', $3::text, $4::numeric, $5::numeric, $6::numeric,
        $7::numeric, $8::numeric, $9::text, $10::jsonb, $11::jsonb, $12::text, 'authorized',
        $13::text
      )
      returning customer_id, order_id
    ),
    sold as (
      delete from cart_items where customer_id = $1::text returning *
    ),
    new_lines as (
      insert into order_items (
        customer_id, order_id, line_number, product_id, product_name, price, quantity, subtotal
      )
      select o.customer_id, o.order_id,
        row_number() over (order by s.added_at, s.product_id collate "C"),
        s.product_id, s.product_name, s.price, s.quantity, s.price * s.quantity
      from new_order as o cross join sold as s
    )
    update carts set version = version + 1, updated_at = now()
    where customer_id = $1::text
    returning version::integer as version`,
  row: Type.Object({ version: Type.Integer() }),
});

const adoptPricesStatement = defineStatement({
  name: 'adopt-prices',
  text: `
    with adopted as (
      update cart_items as l
      set price = p.price, product_name = p.product_name
      from products as p
      where l.customer_id = $1::text and p.product_id = l.product_id and l.price <> p.price
      returning l.product_id
    )
    update carts set version = version + 1, updated_at = now()
    where customer_id = $1::text and exists (select from adopted)
    returning version::integer as version`,
  row: Type.Object({ version: Type.Integer() }),
});

export const statements = [
  readLinesStatement,
  lockCartStatement,
  takeStockStatement,
  placeOrderStatement,
  adoptPricesStatement,
];

/** A line of the cart beside what the catalogue and the stock say now; prices in minor units. */
export interface CheckoutLine {
  readonly productId: string;
  readonly productName: string;
  readonly quantity: number;
  readonly priceMinor: number;
  readonly currentPriceMinor: number;
  readonly available: number;
}

export async function readCheckoutLines(
  connection: Connection,
  customerId: string,
): Promise<CheckoutLine[]> {
  const rows = await query(connection, readLinesStatement, [customerId]);
  return rows.map((row) => ({
    productId: row.product_id,
    productName: row.product_name,
    quantity: row.quantity,
    priceMinor: minorFromDecimal(row.shown_price),
    currentPriceMinor: minorFromDecimal(row.current_price),
    available: row.available,
  }));
}

/** Waits for whoever changes the cart, and keeps others from it until the transaction ends. */
export async function lockCart(transaction: Transaction, customerId: string): Promise<void> {
  await query(transaction, lockCartStatement, [customerId]);
}

/** Takes what the cart holds out of the stock; returns what is left of each product that is short. */
export async function takeStock(
  transaction: Transaction,
  customerId: string,
): Promise<ReadonlyMap<string, number>> {
  const short = await query(transaction, takeStockStatement, [customerId]);
  return new Map(short.map((row) => [row.product_id, row.available]));
}

export interface NewOrder {
  readonly customerId: string;
  readonly orderId: string;
  readonly currency: string;
  readonly totals: Totals;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly billingAddress: Address;
  readonly payment: { readonly provider: string; readonly reference: string };
}

export async function placeOrder(transaction: Transaction, order: NewOrder): Promise<void> {
  const { totals, payment } = order;
  await queryOne(transaction, placeOrderStatement, [
    order.customerId,
    order.orderId,
    order.currency,
    decimalFromMinor(totals.subtotal),
    decimalFromMinor(totals.discount),
    decimalFromMinor(totals.shipping),
    decimalFromMinor(totals.tax),
    decimalFromMinor(totals.total),
    order.email,
    JSON.stringify(order.shippingAddress),
    JSON.stringify(order.billingAddress),
    payment.provider,
    payment.reference,
  ]);
}

/** Puts today's prices and names on the lines whose price has changed. */
export async function adoptPrices(transaction: Transaction, customerId: string): Promise<void> {
  await query(transaction, adoptPricesStatement, [customerId]);
}
