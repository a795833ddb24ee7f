-- Adds to the history of an order, whose row the caller has locked and changed, and to the outbox what other systems are
-- told: every change after the payment passes here, and none twice. Events have the sequence of the history.
create function record_order_change(
  at_bucket smallint, of_customer text, of_order uuid, what_event text, about_what uuid,
  by_actor text, by_id text, why text
) returns void
language plpgsql as $$
declare
  new_sequence smallint;
begin
  insert into public.order_history (
    bucket, customer_id, order_id, sequence, status, event, about, actor, actor_id, reason, at
  )
  select at_bucket, o.customer_id, o.order_id,
    1 + coalesce(
      (
        select max(h.sequence) from public.order_history as h
        where h.bucket = at_bucket and h.customer_id = of_customer and h.order_id = of_order
      ),
      0
    ),
    o.status, what_event, about_what, by_actor, by_id, why, statement_timestamp()
  from public.orders as o
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order
  returning sequence into new_sequence;

  insert into public.outbox (bucket, aggregate, sequence, type, data)
  select at_bucket, 'order/' || o.order_id, new_sequence, t.type,
    jsonb_build_object(
      'order_id', o.order_id, 'customer_id', o.customer_id, 'number', o.number, 'actor', by_actor,
      'currency', o.currency, 'total', o.total,
      'payment', jsonb_build_object(
        'provider', o.payment_provider, 'status', o.payment_status, 'reference', o.payment_reference
      )
    ) || coalesce(
      case t.type
        when 'order.fulfilled' then (
          select jsonb_build_object(
            'carrier', f.carrier, 'tracking_number', f.tracking_number, 'tracking_url', f.tracking_url,
            'is_complete', o.status = 'fulfilled',
            'items', (
              select jsonb_agg(jsonb_build_object(
                'product_id', i.product_id, 'quantity', l.quantity
              ) order by l.line_number)
              from public.order_fulfilment_lines as l
              join public.order_items as i
                on i.customer_id = l.customer_id and i.order_id = l.order_id and i.line_number = l.line_number
              where l.bucket = at_bucket and l.customer_id = of_customer and l.order_id = of_order
                and l.fulfilment_id = about_what and i.bucket = at_bucket
            )
          )
          from public.order_fulfilments as f
          where f.bucket = at_bucket and f.customer_id = of_customer and f.order_id = of_order
            and f.fulfilment_id = about_what
        )
        when 'order.refunded' then (
          select jsonb_build_object(
            'amount', sum(r.amount) filter (where r.refund_id = about_what), 'refunded', sum(r.amount)
          )
          from public.refunds as r
          where r.bucket = at_bucket and r.customer_id = of_customer and r.order_id = of_order
            and r.status = 'succeeded'
        )
      end,
      '{}'
    )
  from public.orders as o
  cross join lateral (
    select case
      when what_event = 'refunded' then 'order.refunded'
      when what_event = 'link_requested' then 'order.link_requested'
      when what_event is not null then null
      when o.status = 'cancelled' then 'order.cancelled'
      when o.status = 'delivered' then 'order.delivered'
      -- Without a parcel it is the end of what was left to send.
      when o.status in ('partly_fulfilled', 'fulfilled') and about_what is not null then 'order.fulfilled'
    end as type
  ) as t
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order and t.type is not null;
end
$$;

-- Locks an order and returns its status. One of the previous release ('confirmed') becomes what this release calls
-- 'paid', with the row of its payment.
create function lock_order(at_bucket smallint, of_customer text, of_order uuid) returns text
language plpgsql as $$
declare
  found_status text;
begin
  select o.status into found_status
  from public.orders as o
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order
  for no key update;
  if found_status is distinct from 'confirmed' then return found_status; end if;

  insert into public.payments (
    bucket, customer_id, order_id, attempt, provider, status, reference, amount, currency, created_at, updated_at
  )
  select at_bucket, o.customer_id, o.order_id, 1, o.payment_provider, o.payment_status,
    nullif(o.payment_reference, ''), o.total, o.currency, o.created_at, statement_timestamp()
  from public.orders as o
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order
  on conflict do nothing;

  update public.orders as o
  set status = 'paid'
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order;
  return 'paid';
end
$$;

-- Puts units of a paid order back into the stock of its bucket, from which they were taken. The units of orders without a
-- number were never counted as sold.
create function restock_units(
  at_bucket smallint, of_customer text, of_order uuid, back_products text[], back_quantities integer[]
) returns void
language plpgsql as $$
declare
  is_counted boolean;
begin
  select o.number is not null into is_counted
  from public.orders as o
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order;

  -- In the order in which place_orders locks them.
  perform from public.inventory as i
  where i.bucket = at_bucket and i.product_id = any (back_products)
  order by i.product_id
  for no key update;

  update public.inventory as i
  set on_hand = i.on_hand + b.quantity, sold = i.sold - case when is_counted then b.quantity else 0 end,
    updated_at = statement_timestamp()
  from (
    select u.product_id, sum(u.quantity)::integer as quantity
    from unnest(back_products, back_quantities) as u (product_id, quantity)
    group by u.product_id
  ) as b
  where i.bucket = at_bucket and i.product_id = b.product_id;
end
$$;
