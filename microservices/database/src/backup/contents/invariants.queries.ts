import type { Connection } from '../../database/connection.ts';

export interface Violation {
  readonly rule: string;
  readonly count: number;
  /** One of them. */
  readonly example: string;
}

/**
 * Rules that every shop satisfies. Constraints enforce most of them in a live database; a restored one
 * is also checked for those that no constraint can express.
 */
export async function readViolations(connection: Connection): Promise<Violation[]> {
  const { rows } = await connection.query<Violation>(
    `with lines as (
       select bucket, customer_id, order_id, sum(subtotal) as subtotal
       from public.order_items
       group by bucket, customer_id, order_id
     ),
     used as (
       select 'A cart' as row, bucket, customer_id as which from public.carts
       union all
       select 'An order', bucket, order_id::text from public.orders
       union all
       select 'A stored response', bucket, customer_id || ', ' || key from public.idempotency_keys
       union all
       select 'A stock', bucket, product_id from public.inventory
     ),
     violations as (
       select 'An order has no lines' as rule, o.order_id::text as which
       from public.orders o
       left join lines l using (bucket, customer_id, order_id)
       where l.order_id is null
       union all
       select 'The subtotal of an order is not the sum of its lines', o.order_id::text
       from public.orders o
       join lines l using (bucket, customer_id, order_id)
       where o.subtotal <> l.subtotal
       union all
       select 'The total of an order does not add up', order_id::text
       from public.orders
       where total <> subtotal - discount + shipping + tax
       union all
       select 'An order line is not price times quantity', order_id || ', line ' || line_number
       from public.order_items
       where subtotal <> price * quantity
       union all
       select 'An order line has no order', i.order_id || ', line ' || i.line_number
       from public.order_items i
       where not exists (
         select from public.orders o
         where o.bucket = i.bucket and o.customer_id = i.customer_id and o.order_id = i.order_id
       )
       union all
       select 'A cart line has no cart', i.customer_id || ', ' || i.product_id
       from public.cart_items i
       where not exists (
         select from public.carts c
         where c.bucket = i.bucket and c.customer_id = i.customer_id
       )
       union all
       select 'A cart line has no product', i.customer_id || ', ' || i.product_id
       from public.cart_items i
       where not exists (select from public.products p where p.product_id = i.product_id)
       union all
       select 'The stock of a product is below zero', product_id
       from public.inventory
       where on_hand < 0
       union all
       select 'The held units of a product are not those of orders that wait', product_id
       from (
         select bucket, product_id, held as units from public.inventory
         union all
         select i.bucket, i.product_id, -i.quantity
         from public.order_items i join public.orders o using (bucket, customer_id, order_id)
         where o.status = 'pending_payment'
       ) as units
       group by bucket, product_id
       having sum(units) <> 0
       union all
       select 'The sold units of a product are not those of paid orders', product_id
       from (
         select bucket, product_id, sold as units from public.inventory
         union all
         -- Orders of releases that counted no sold units have no number.
         select i.bucket, i.product_id, i.restocked - i.quantity
         from public.order_items i join public.orders o using (bucket, customer_id, order_id)
         where o.number is not null and (
           o.status in ('paid', 'partly_fulfilled', 'fulfilled', 'delivered')
           or o.status = 'cancelled' and exists (
             select from public.order_history h
             where h.bucket = o.bucket and h.customer_id = o.customer_id and h.order_id = o.order_id
               and h.status = 'paid'
           )
         )
       ) as units
       group by bucket, product_id
       having sum(units) <> 0
       union all
       select 'A payment is of another amount than its order', p.order_id || ', attempt ' || p.attempt
       from public.payments p join public.orders o using (bucket, customer_id, order_id)
       where p.amount <> o.total or p.currency <> o.currency
       union all
       select 'An order that waits or is paid has no payment', o.order_id::text
       from public.orders o
       where o.number is not null and o.status in ('pending_payment', 'paid') and not exists (
         select from public.payments p
         where p.bucket = o.bucket and p.customer_id = o.customer_id and p.order_id = o.order_id
           and p.status <> 'failed' and p.status <> 'voided'
       )
       union all
       select 'An order waits without a hold, or has one and does not wait', coalesce(o.order_id, h.order_id)::text
       from (select * from public.orders where status = 'pending_payment') as o
       full join public.stock_holds h using (bucket, customer_id, order_id)
       where o.status is null or h.expires_at is null
       union all
       select 'The sent units of an order line are not those of its parcels',
         i.order_id || ', line ' || i.line_number
       from public.order_items i
       where i.fulfilled <> (
         select coalesce(sum(f.quantity), 0) from public.order_fulfilment_lines f
         where f.bucket = i.bucket and f.customer_id = i.customer_id and f.order_id = i.order_id
           and f.line_number = i.line_number
       )
       union all
       select 'The refunds of a payment do not add up', p.order_id || ', attempt ' || p.attempt
       from public.payments p
       where p.refunded <> (
         select coalesce(sum(r.amount), 0) from public.refunds r
         where r.bucket = p.bucket and r.customer_id = p.customer_id and r.order_id = p.order_id
           and r.attempt = p.attempt and r.status <> 'failed'
       )
       union all
       select 'A refund waits for an answer that nobody asks for', r.refund_id::text
       from public.refunds r
       where r.status = 'pending' and not exists (
         select from public.payment_tasks t
         where t.bucket = r.bucket and t.customer_id = r.customer_id and t.order_id = r.order_id
           and t.task_id = r.refund_id
       )
       union all
       select 'The uses of a promotion are not those of its orders', promotion_id
       from (
         select bucket, promotion_id, used as uses from public.promotion_allotments
         union all
         select bucket, promotion_id, -1 from public.promotion_uses where is_limited
       ) as uses
       group by bucket, promotion_id
       having sum(uses) <> 0
       union all
       select 'An order that was given up or cancelled still uses a promotion', u.order_id::text
       from public.promotion_uses u join public.orders o using (bucket, customer_id, order_id)
       where o.status in ('payment_failed', 'expired', 'cancelled')
       union all
       select 'The discounts of an order are not the sum of what promotions take off', o.order_id::text
       from public.orders o
       join public.order_discounts d using (bucket, customer_id, order_id)
       group by o.bucket, o.customer_id, o.order_id, o.discount
       having sum(d.amount) <> o.discount
       union all
       select 'The tax of an order is not the sum of its taxes', o.order_id::text
       from public.orders o
       join public.order_taxes t using (bucket, customer_id, order_id)
       where not t.is_included
       group by o.bucket, o.customer_id, o.order_id, o.tax
       having sum(t.amount) <> o.tax
       union all
       select 'A stock has no product', i.product_id
       from public.inventory i
       where not exists (select from public.products p where p.product_id = i.product_id)
       union all
       select u.row || ' is in a bucket that does not exist', u.which
       from used u
       where not exists (select from public.buckets b where b.bucket = u.bucket)
       union all
       select 'An event of an order has no order', e.aggregate || ', ' || e.sequence
       from public.outbox e
       where e.aggregate like 'order/%' and not exists (
         select from public.orders o
         where o.bucket = e.bucket and o.customer_id = e.data ->> 'customer_id'
           and o.order_id::text = e.data ->> 'order_id'
       )
       union all
       select 'Nobody voids the unknown payment of an order that was given up', p.order_id::text
       from public.payments p join public.orders o using (bucket, customer_id, order_id)
       where p.status = 'pending' and o.status <> 'pending_payment' and not exists (
         select from public.payment_tasks t
         where t.bucket = p.bucket and t.customer_id = p.customer_id and t.order_id = p.order_id and t.kind = 'void'
       )
       union all
       select 'A delivery has no event', d.aggregate || ', ' || d.sequence
       from public.outbox_deliveries d
       where not exists (
         select from public.outbox e
         where e.bucket = d.bucket and e.aggregate = d.aggregate and e.sequence = d.sequence
       )
       union all
       select 'An event that no worker has seen has a delivery', e.aggregate || ', ' || e.sequence
       from public.outbox e
       join public.outbox_deliveries d using (bucket, aggregate, sequence)
       where e.routed_at is null
     )
     select rule, count(*)::integer as count, min(which) as example
     from violations
     group by rule
     order by rule`,
  );
  return rows;
}
