// Fills a shop with orders, and reads a checksum of them.

import { query } from '../../../testbed/database.ts';

/** Orders of one to three lines, with correct totals, numbered from `first`. */
export async function addOrders(url: string, first: number, count: number): Promise<void> {
  await query(
    url,
    `insert into products (product_id, product_name, description, category, price, image_url)
     select 'product-' || n, 'Product ' || n, 'What it is', 'Things', 10 + n, '/images/' || n
     from generate_series(1, 100) as n
     on conflict do nothing`,
  );
  await query(
    url,
    `insert into inventory (product_id, on_hand) select product_id, 1000 from products
     on conflict do nothing`,
  );
  await query(
    url,
    `with wanted as (
       select n, 'customer-' || n % 5000 as customer_id, md5('order ' || n)::uuid as order_id
       from generate_series(${first}, ${first + count - 1}) as n
     ), lines as (
       select w.customer_id, w.order_id, l as line_number, 1 + (w.n * l) % 100 as p, 1 + l % 3 as q
       from wanted w, generate_series(1, 1 + w.n % 3) as l
     ), sums as (
       select customer_id, order_id, sum((10 + p) * q) as subtotal from lines
       group by customer_id, order_id
     ), made as (
       insert into orders (customer_id, order_id, status, currency, subtotal, discount, shipping,
         tax, total, email, shipping_address, billing_address, payment_provider, payment_status,
         payment_reference, created_at)
       select w.customer_id, w.order_id, 'confirmed', 'EUR', s.subtotal, 0, 5, 1, s.subtotal + 6,
         md5(w.n::text) || '@example.com', jsonb_build_object('line1', md5('street ' || w.n)),
         jsonb_build_object('line1', md5('billing ' || w.n)), 'test', 'authorized',
         md5('payment ' || w.n), clock_timestamp()
       from wanted w join sums s using (customer_id, order_id)
     )
     insert into order_items (customer_id, order_id, line_number, product_id, product_name, price,
       quantity, subtotal)
     select customer_id, order_id, line_number, 'product-' || p, 'Product ' || p, 10 + p, q, (10 + p) * q
     from lines`,
  );
}

export interface Orders {
  readonly orders: number;
  readonly lines: number;
  /** Of all rows of both tables, in order. */
  readonly checksum: string;
}

export async function readOrders(url: string): Promise<Orders | undefined> {
  const rows = await query<Orders>(
    url,
    `select (select count(*)::integer from orders) as orders,
            (select count(*)::integer from order_items) as lines,
            md5(
              (select string_agg(md5(o::text), '' order by order_id) from orders o)
              || (select string_agg(md5(i::text), '' order by order_id, line_number)
                  from order_items i)
            ) as checksum`,
  );
  return rows[0];
}
