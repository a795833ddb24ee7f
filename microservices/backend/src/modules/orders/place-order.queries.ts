/** Parts of the statement that places an order (see checkout.queries.ts); they alone write orders and order_items. */
import { customerKey } from '../../db/buckets.ts';
import type { Connection } from '../../db/connection.ts';
import type { Address } from '../../http/address/address.schema.ts';
import { decimalFromMinor } from '../../money.ts';

/** Amounts in minor units. */
interface OrderTotals {
  readonly subtotal: number;
  readonly discount: number;
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
}

export interface NewOrder {
  readonly customerId: string;
  readonly orderId: string;
  readonly currency: string;
  readonly totals: OrderTotals;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly billingAddress: Address;
  readonly payment: { readonly provider: string; readonly reference: string };
}

/** Takes `orderParameters`: $1 is the bucket, $2 the customer. */
export const INSERT_ORDER = `
  insert into orders (
    bucket, customer_id, order_id, status, currency, subtotal, discount, shipping, tax, total,
    email, shipping_address, billing_address,
    payment_provider, payment_status, payment_reference
  )
  values (
    $1::smallint, $2::text, $3::uuid, 'confirmed', $4::text, $5::numeric, $6::numeric,
    $7::numeric, $8::numeric, $9::numeric, $10::text, $11::jsonb, $12::jsonb, $13::text,
    'authorized', $14::text
  )
  returning bucket, customer_id, order_id`;

export const orderParameters = (connection: Connection, order: NewOrder): readonly unknown[] => [
  ...customerKey(connection, order.customerId),
  order.orderId,
  order.currency,
  decimalFromMinor(order.totals.subtotal),
  decimalFromMinor(order.totals.discount),
  decimalFromMinor(order.totals.shipping),
  decimalFromMinor(order.totals.tax),
  decimalFromMinor(order.totals.total),
  order.email,
  JSON.stringify(order.shippingAddress),
  JSON.stringify(order.billingAddress),
  order.payment.provider,
  order.payment.reference,
];

/**
 * @param order the name of a query that returns bucket, customer_id and order_id
 * @param lines the name of a query that returns cart_items
 */
export const insertOrderItems = (order: string, lines: string): string => `
  insert into order_items (
    bucket, customer_id, order_id, line_number, product_id, product_name, price, quantity,
    subtotal, image_url
  )
  select o.bucket, o.customer_id, o.order_id,
    row_number() over (order by l.added_at, l.product_id collate "C"),
    l.product_id, l.product_name, l.price, l.quantity, l.price * l.quantity,
    coalesce(l.image_url, (select image_url from products where product_id = l.product_id))
  from ${order} as o cross join ${lines} as l`;
