-- Ends the payment of a batch of orders of one bucket, each of which waits for it: paid, or given up.
--
--   paid            its units are sold, and what was ordered is taken out of the cart: lines that were added since
--                   then stay
--   payment_failed, expired, cancelled
--                   its units are free again; the cart is as the customer left it
--
-- Returns the positions of those that it has settled, counted from 1. It skips those that do not wait any more, and those whose cart somebody is
-- writing: the caller tries again.

create function settle_orders(
  at_bucket smallint,
  settled_customers text[], settled_ids uuid[], settled_statuses text[], settled_payment_statuses text[],
  settled_references text[], settled_reasons text[], settled_actors text[],
  -- The response to the request with this Idempotency-Key. Without one the order's key is free again.
  response_keys text[], response_statuses integer[], response_headers jsonb[], response_bodies text[]
) returns table (ordinal integer)
language plpgsql as $$
#variable_conflict use_column
declare
  -- Ordinals.
  locked integer[];
  settled integer[];
  paid integer[];
begin
  select array_agg(c.ordinal) into locked
  from (
    select s.ordinal::integer as ordinal
    from unnest(settled_customers, settled_statuses) with ordinality as s (customer_id, status, ordinal)
    join public.carts as c on c.customer_id = s.customer_id
    where c.bucket = at_bucket
    order by s.customer_id
    for no key update of c skip locked
  ) as c;
  if locked is null then return; end if;

  with changed as (
    update public.orders as o
    set status = s.status, payment_status = s.payment_status,
      payment_reference = coalesce(s.reference, o.payment_reference)
    from unnest(
      settled_customers, settled_ids, settled_statuses, settled_payment_statuses, settled_references
    ) with ordinality as s (customer_id, order_id, status, payment_status, reference, ordinal)
    where o.bucket = at_bucket and o.customer_id = s.customer_id and o.order_id = s.order_id
      and o.status = 'pending_payment' and s.ordinal = any (locked)
    returning s.ordinal::integer as ordinal, s.status
  )
  select array_agg(c.ordinal), array_agg(c.ordinal) filter (where c.status = 'paid') into settled, paid
  from changed as c;
  if settled is null then return; end if;

  -- The rows of stock in their order, as place_orders locks them.
  perform from public.inventory as i
  where i.bucket = at_bucket and i.product_id in (
    select l.product_id
    from unnest(settled) as s (ordinal)
    join public.order_items as l
      on l.customer_id = settled_customers[s.ordinal] and l.order_id = settled_ids[s.ordinal]
    where l.bucket = at_bucket
  )
  order by i.product_id
  for no key update;

  update public.inventory as i
  set held = i.held - u.quantity, on_hand = i.on_hand - u.sold, sold = i.sold + u.sold,
    updated_at = statement_timestamp()
  from (
    select l.product_id, sum(l.quantity)::integer as quantity,
      coalesce(sum(l.quantity) filter (where s.ordinal = any (paid)), 0)::integer as sold
    from unnest(settled) as s (ordinal)
    join public.order_items as l
      on l.customer_id = settled_customers[s.ordinal] and l.order_id = settled_ids[s.ordinal]
    where l.bucket = at_bucket
    group by l.product_id
  ) as u
  where i.bucket = at_bucket and i.product_id = u.product_id;

  delete from public.stock_holds as h
  using unnest(settled) as s (ordinal)
  where h.bucket = at_bucket and h.customer_id = settled_customers[s.ordinal]
    and h.order_id = settled_ids[s.ordinal];

  if paid is not null then
    delete from public.cart_items as c
    using unnest(paid) as s (ordinal), public.order_items as l
    where l.bucket = at_bucket and l.customer_id = settled_customers[s.ordinal]
      and l.order_id = settled_ids[s.ordinal]
      and c.bucket = at_bucket and c.customer_id = l.customer_id and c.product_id = l.product_id
      and c.quantity <= l.quantity;

    -- What was added while the customer paid. The lines above are gone, so only larger ones are left.
    update public.cart_items as c
    set quantity = c.quantity - l.quantity
    from unnest(paid) as s (ordinal), public.order_items as l
    where l.bucket = at_bucket and l.customer_id = settled_customers[s.ordinal]
      and l.order_id = settled_ids[s.ordinal]
      and c.bucket = at_bucket and c.customer_id = l.customer_id and c.product_id = l.product_id;

    update public.carts as c
    set version = c.version + 1, updated_at = statement_timestamp()
    from unnest(paid) as s (ordinal)
    where c.bucket = at_bucket and c.customer_id = settled_customers[s.ordinal];
  end if;

  update public.payments as p
  set status = settled_payment_statuses[s.ordinal], reference = coalesce(settled_references[s.ordinal], p.reference),
    failure = settled_reasons[s.ordinal], updated_at = statement_timestamp()
  from unnest(settled) as s (ordinal)
  where p.bucket = at_bucket and p.customer_id = settled_customers[s.ordinal]
    and p.order_id = settled_ids[s.ordinal] and p.status in ('pending', 'authorized');

  insert into public.order_history (bucket, customer_id, order_id, sequence, status, actor, reason, at)
  select at_bucket, settled_customers[s.ordinal], settled_ids[s.ordinal],
    1 + (
      select max(h.sequence) from public.order_history as h
      where h.bucket = at_bucket and h.customer_id = settled_customers[s.ordinal]
        and h.order_id = settled_ids[s.ordinal]
    ),
    settled_statuses[s.ordinal], settled_actors[s.ordinal], settled_reasons[s.ordinal], statement_timestamp()
  from unnest(settled) as s (ordinal);

  update public.idempotency_keys as k
  set status = r.status, headers = r.headers, body = r.body, created_at = statement_timestamp()
  from unnest(
    settled_customers, settled_ids, response_keys, response_statuses, response_headers, response_bodies
  ) with ordinality as r (customer_id, order_id, key, status, headers, body, ordinal)
  where k.bucket = at_bucket and k.customer_id = r.customer_id and k.key = r.key and k.order_id = r.order_id
    and r.key is not null and r.ordinal = any (settled);

  delete from public.idempotency_keys as k
  using unnest(settled) as s (ordinal)
  where k.bucket = at_bucket and k.customer_id = settled_customers[s.ordinal]
    and k.order_id = settled_ids[s.ordinal] and k.status is null;

  return query select s.ordinal from unnest(settled) as s (ordinal);
end
$$;
