/** Parts of the statement that places an order (see checkout.queries.ts); they alone write orders and order_items. */
import type { NewEvents } from '../../events/add-events.ts';
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

/** Takes `orderParameters`: $1 is the customer. Returns the order. */
export const INSERT_ORDER = `
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
  returning *`;

export const orderParameters = (order: NewOrder): readonly unknown[] => [
  order.customerId,
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
 * @param order the name of INSERT_ORDER
 * @param lines the name of a query that returns cart_items
 */
export const insertOrderItems = (order: string, lines: string): string => `
  insert into order_items (
    customer_id, order_id, line_number, product_id, product_name, price, quantity, subtotal,
    image_url
  )
  select o.customer_id, o.order_id,
    row_number() over (order by l.added_at, l.product_id collate "C"),
    l.product_id, l.product_name, l.price, l.quantity, l.price * l.quantity,
    coalesce(l.image_url, (select image_url from products where product_id = l.product_id))
  from ${order} as o cross join ${lines} as l`;

/**
 * The event of the new order.
 *
 * @param order the name of INSERT_ORDER
 * @param lines the name of a query that returns cart_items
 */
export const orderPlaced = (order: string, lines: string): NewEvents => ({
  type: 'order.placed',
  aggregate: `'order/' || o.order_id`,
  sequence: '1',
  data: {
    order_id: 'o.order_id',
    customer_id: 'o.customer_id',
    currency: 'o.currency',
    items: `(
      select jsonb_agg(jsonb_build_object(
        'product_id', l.product_id, 'product_name', l.product_name, 'price', l.price,
        'quantity', l.quantity, 'subtotal', l.price * l.quantity
      ) order by l.added_at, l.product_id collate "C")
      from ${lines} as l
    )`,
    subtotal: 'o.subtotal',
    discount: 'o.discount',
    shipping: 'o.shipping',
    tax: 'o.tax',
    total: 'o.total',
  },
  from: `${order} as o`,
});
