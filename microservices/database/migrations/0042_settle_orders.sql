-- Ends the payment of a batch of orders of one bucket, each of which waits for it: paid, or given up.
--
--   paid            its units are sold, and what was ordered is taken out of the cart: lines that were added since
--                   then stay
--   payment_failed, expired, cancelled
--                   its units are free again; the cart is as the customer left it
--
-- Returns the positions of those that it has settled, counted from 1. It skips those that do not wait any more, and
-- those that somebody else is settling or whose cart somebody is writing: the caller tries again.
--
-- Locks orders and carts without waiting, then stock in the order of product_id, as place_orders does.

create function settle_orders(
  at_bucket smallint,
  settled_customers text[], settled_ids uuid[], settled_statuses text[], settled_payment_statuses text[],
  settled_references text[], settled_reasons text[], settled_actors text[],
  -- The response to the request with this Idempotency-Key. Without one the key of an order that was given up is free
  -- again.
  response_keys text[], response_statuses integer[], response_headers jsonb[], response_bodies text[]
) returns table (ordinal integer)
language plpgsql as $$
#variable_conflict use_column
declare
  -- Ordinals.
  waiting integer[];
  busy integer[];
  settled integer[];
  -- Those of settled that take lines out of a cart. One that was removed since then has none.
  emptying integer[];
begin
  select array_agg(w.ordinal) into waiting
  from (
    select s.ordinal::integer as ordinal
    from (
      -- Of two settlements of an order the first counts.
      select distinct on (u.customer_id, u.order_id) u.customer_id, u.order_id, u.ordinal
      from unnest(settled_customers, settled_ids) with ordinality as u (customer_id, order_id, ordinal)
      order by u.customer_id, u.order_id, u.ordinal
    ) as s
    join public.orders as o on o.customer_id = s.customer_id and o.order_id = s.order_id
    where o.bucket = at_bucket and o.status = 'pending_payment'
    for no key update of o skip locked
  ) as w;
  if waiting is null then return; end if;

  if 'paid' = any (settled_statuses) then
    select array_agg(l.ordinal) into emptying
    from (
      select w.ordinal
      from unnest(waiting) as w (ordinal)
      join public.carts as c on c.customer_id = settled_customers[w.ordinal]
      where c.bucket = at_bucket and settled_statuses[w.ordinal] = 'paid'
      for no key update of c skip locked
    ) as l;
    select array_agg(w.ordinal) into busy
    from unnest(waiting) as w (ordinal)
    where settled_statuses[w.ordinal] = 'paid' and (emptying is null or w.ordinal <> all (emptying)) and exists (
      select from public.carts as c
      where c.bucket = at_bucket and c.customer_id = settled_customers[w.ordinal]
    );
  end if;

  select array_agg(w.ordinal) into settled
  from unnest(waiting) as w (ordinal)
  where busy is null or w.ordinal <> all (busy);
  if settled is null then return; end if;

  update public.orders as o
  set status = settled_statuses[s.ordinal], payment_status = settled_payment_statuses[s.ordinal],
    payment_reference = coalesce(settled_references[s.ordinal], o.payment_reference)
  from unnest(settled) as s (ordinal)
  where o.bucket = at_bucket and o.customer_id = settled_customers[s.ordinal]
    and o.order_id = settled_ids[s.ordinal];

  delete from public.stock_holds as h
  using unnest(settled) as s (ordinal)
  where h.bucket = at_bucket and h.customer_id = settled_customers[s.ordinal]
    and h.order_id = settled_ids[s.ordinal];

  if emptying is not null then
    delete from public.cart_items as c
    using unnest(emptying) as s (ordinal), public.order_items as l
    where l.bucket = at_bucket and l.customer_id = settled_customers[s.ordinal]
      and l.order_id = settled_ids[s.ordinal]
      and c.bucket = at_bucket and c.customer_id = l.customer_id and c.product_id = l.product_id
      and c.quantity <= l.quantity;

    -- What was added while the customer paid. The lines above are gone, so only larger ones are left.
    update public.cart_items as c
    set quantity = c.quantity - l.quantity
    from unnest(emptying) as s (ordinal), public.order_items as l
    where l.bucket = at_bucket and l.customer_id = settled_customers[s.ordinal]
      and l.order_id = settled_ids[s.ordinal]
      and c.bucket = at_bucket and c.customer_id = l.customer_id and c.product_id = l.product_id;

    update public.carts as c
    set version = c.version + 1, updated_at = statement_timestamp()
    from unnest(emptying) as s (ordinal)
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

  -- Nobody knows whether their provider has the money. Who gives them up voids the payment first, then a worker does.
  insert into public.payment_tasks (bucket, customer_id, order_id, task_id, kind, due_at, open_until, created_at)
  select at_bucket, settled_customers[s.ordinal], settled_ids[s.ordinal], settled_ids[s.ordinal], 'void',
    statement_timestamp() + interval '5 seconds', statement_timestamp(), statement_timestamp()
  from unnest(settled) as s (ordinal)
  where settled_payment_statuses[s.ordinal] = 'pending';

  -- The sequence of an order's event is that of its history. A cart that was removed may begin again with version 1.
  insert into public.outbox (bucket, aggregate, sequence, type, data)
  select at_bucket, 'order/' || o.order_id,
    (
      select max(h.sequence) from public.order_history as h
      where h.bucket = at_bucket and h.customer_id = o.customer_id and h.order_id = o.order_id
    ),
    'order.' || o.status,
    jsonb_build_object(
      'order_id', o.order_id, 'customer_id', o.customer_id, 'number', o.number, 'actor', settled_actors[s.ordinal],
      'currency', o.currency, 'total', o.total,
      'payment', jsonb_build_object(
        'provider', o.payment_provider, 'status', o.payment_status, 'reference', o.payment_reference
      )
    )
  from unnest(settled) as s (ordinal)
  join public.orders as o
    on o.customer_id = settled_customers[s.ordinal] and o.order_id = settled_ids[s.ordinal]
  where o.bucket = at_bucket
  union all
  select at_bucket, 'cart/' || c.customer_id,
    greatest(c.version, 1 + (
      select max(e.sequence) from public.outbox as e
      where e.bucket = at_bucket and e.aggregate = 'cart/' || c.customer_id
    )),
    'cart.checked_out',
    jsonb_build_object(
      'customer_id', c.customer_id, 'order_id', settled_ids[s.ordinal], 'version', c.version
    )
  -- Only carts that are locked: one that was created since then has not been checked out.
  from unnest(emptying) as s (ordinal)
  join public.carts as c on c.customer_id = settled_customers[s.ordinal]
  where c.bucket = at_bucket;

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
    and k.order_id = settled_ids[s.ordinal] and k.status is null
    -- The checkout of a paid order stores its response itself if another process was faster.
    and settled_statuses[s.ordinal] <> 'paid';

  -- Last, because others wait for it from here to the commit; in the order of place_orders.
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
      coalesce(sum(l.quantity) filter (where settled_statuses[s.ordinal] = 'paid'), 0)::integer as sold
    from unnest(settled) as s (ordinal)
    join public.order_items as l
      on l.customer_id = settled_customers[s.ordinal] and l.order_id = settled_ids[s.ordinal]
    where l.bucket = at_bucket
    group by l.product_id
  ) as u
  where i.bucket = at_bucket and i.product_id = u.product_id;

  return query select s.ordinal from unnest(settled) as s (ordinal);
end
$$;
