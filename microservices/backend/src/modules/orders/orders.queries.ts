import { type Static, Type } from 'typebox';
import { customerKey } from '../../db/buckets.ts';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, query } from '../../db/statement.ts';
import { StoredAddress } from '../../http/address/address.schema.ts';
import { Order, OrderDelivery, OrderDiscount, OrderTax } from './orders.schemas.ts';

const Decimal = Type.String({ format: 'decimal' });

const OrderRow = Type.Object({
  order_id: Type.String({ format: 'uuid' }),
  number: Order.properties.number,
  customer_id: Type.String(),
  status: Order.properties.status,
  currency: Type.String(),
  items: Type.Array(
    Type.Object({
      product_id: Type.String(),
      product_name: Type.String(),
      price: Type.Number(),
      quantity: Type.Integer(),
      subtotal: Type.Number(),
      image_url: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
  total_items: Type.Integer(),
  subtotal: Decimal,
  discount: Decimal,
  shipping: Decimal,
  tax: Decimal,
  total: Decimal,
  discounts: Type.Array(OrderDiscount),
  taxes: Type.Array(OrderTax),
  delivery: Type.Union([OrderDelivery, Type.Null()]),
  payment_provider: Type.String(),
  payment_status: Order.properties.payment.properties.status,
  payment_reference: Type.String(),
  shipping_address: StoredAddress,
  billing_address: StoredAddress,
  email: Type.String(),
  created_at: Type.Unsafe<Date>(Type.String({ format: 'date-time' })),
  /** created_at in full: a Date has only milliseconds, and a cursor must not skip an order. */
  created_at_us: Type.String(),
});
type OrderRow = Static<typeof OrderRow>;

/** Of the bucket $1. The previous release writes 'confirmed', and no number. */
const ORDERS_WITH_LINES = `
  select o.order_id, o.number, o.customer_id,
    case o.status when 'confirmed' then 'paid' else o.status end as status,
    o.currency, l.items, l.total_items,
    o.subtotal, o.discount, o.shipping, o.tax, o.total,
    (
      select coalesce(json_agg(json_build_object(
        'promotion_id', d.promotion_id, 'name', d.name, 'code', d.code, 'product_id', i.product_id,
        'amount', d.amount
      ) order by d.position), '[]')
      from order_discounts as d
      left join order_items as i
        on i.bucket = $1::smallint and i.customer_id = d.customer_id and i.order_id = d.order_id
          and i.line_number = d.line_number
      where d.bucket = $1::smallint and d.customer_id = o.customer_id and d.order_id = o.order_id
    ) as discounts,
    (
      select coalesce(json_agg(json_build_object(
        'name', t.name, 'rate', t.rate, 'included', t.is_included, 'amount', t.amount
      ) order by t.position), '[]')
      from order_taxes as t
      where t.bucket = $1::smallint and t.customer_id = o.customer_id and t.order_id = o.order_id
    ) as taxes,
    (
      select json_build_object(
        'option_id', d.option_id, 'name', d.name, 'min_days', d.min_days, 'max_days', d.max_days
      )
      from order_deliveries as d
      where d.bucket = $1::smallint and d.customer_id = o.customer_id and d.order_id = o.order_id
    ) as delivery,
    o.payment_provider, o.payment_status, o.payment_reference,
    o.shipping_address, o.billing_address, o.email, o.created_at,
    (extract(epoch from o.created_at) * 1000000)::bigint::text as created_at_us
  from orders as o
  cross join lateral (
    select
      json_agg(json_build_object(
        'product_id', product_id, 'product_name', product_name, 'price', price,
        'quantity', quantity, 'subtotal', subtotal,
        'image_url', coalesce(
          image_url,
          (select image_url from products where products.product_id = order_items.product_id)
        )
      ) order by line_number) as items,
      sum(quantity)::integer as total_items
    from order_items
    where bucket = $1::smallint and customer_id = o.customer_id and order_id = o.order_id
  ) as l`;

const findOrderStatement = defineStatement({
  name: 'find-order',
  text: `${ORDERS_WITH_LINES}
    where o.bucket = $1::smallint and o.customer_id = $2::text and o.order_id = $3::uuid`,
  row: OrderRow,
});

/** Without those that were never paid. */
const listOrdersStatement = defineStatement({
  name: 'list-orders',
  text: `${ORDERS_WITH_LINES}
    where o.bucket = $1::smallint and o.customer_id = $2::text
      and o.status not in ('payment_failed', 'expired')
      and ($3::bigint is null or (o.created_at, o.order_id) < (
        timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::uuid))
    order by o.created_at desc, o.order_id desc
    limit $5::integer`,
  row: OrderRow,
});

export const statements = [findOrderStatement, listOrdersStatement];

/** The position of an order in its customer's list, for the cursor. */
export interface OrderPosition {
  /** In microseconds since 1970. */
  readonly createdAt: string;
  readonly orderId: string;
}

export async function findOrder(
  connection: Connection,
  customerId: string,
  orderId: string,
): Promise<Order | undefined> {
  const [row] = await query(connection, findOrderStatement, [
    ...customerKey(connection, customerId),
    orderId,
  ]);
  return row && toOrder(row);
}

/** Newest first, after the position if there is one. */
export async function listOrders(
  connection: Connection,
  customerId: string,
  page: { readonly after: OrderPosition | null; readonly limit: number },
): Promise<{ order: Order; position: OrderPosition }[]> {
  const { after, limit } = page;
  const rows = await query(connection, listOrdersStatement, [
    ...customerKey(connection, customerId),
    after?.createdAt ?? null,
    after?.orderId ?? null,
    limit,
  ]);
  return rows.map((row) => ({
    order: toOrder(row),
    position: { createdAt: row.created_at_us, orderId: row.order_id },
  }));
}

const toOrder = (row: OrderRow): Order => ({
  order_id: row.order_id,
  number: row.number,
  customer_id: row.customer_id,
  status: row.status,
  currency: row.currency,
  items: row.items,
  total_items: row.total_items,
  subtotal: Number(row.subtotal),
  discount: Number(row.discount),
  shipping: Number(row.shipping),
  tax: Number(row.tax),
  total: Number(row.total),
  discounts: row.discounts,
  taxes: row.taxes,
  delivery: row.delivery,
  payment: {
    provider: row.payment_provider,
    status: row.payment_status,
    reference: row.payment_reference,
  },
  shipping_address: row.shipping_address,
  billing_address: row.billing_address,
  email: row.email,
  created_at: row.created_at.toISOString(),
});
