-- Ends the payment of a batch of orders of one bucket, each of which waits for it: paid, or given up.
--
--   paid            its units are sold, and what was ordered is taken out of the cart, with the codes that it used:
--                   lines that were added since then stay
--   payment_failed, expired, cancelled
--                   its units are free again, and the uses of its promotions are given back; the cart is as the
--                   customer left it
--
-- Returns the positions of those that it has settled, counted from 1. It skips those that do not wait any more, and
-- those that somebody else is settling or whose cart somebody is writing: the caller tries again.
--
-- Locks orders and carts without waiting, then uses of promotions in the order of promotion_id, then stock in the order
-- of product_id, as place_orders does.

create or replace function settle_orders(
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

    delete from public.cart_codes as c
    using unnest(emptying) as s (ordinal), public.promotion_uses as u
    where u.bucket = at_bucket and u.customer_id = settled_customers[s.ordinal]
      and u.order_id = settled_ids[s.ordinal]
      and c.bucket = at_bucket and c.customer_id = u.customer_id and c.code = u.code;

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

  if exists (select from unnest(settled) as s (ordinal) where settled_statuses[s.ordinal] <> 'paid') then
    perform public.release_promotions(
      at_bucket, array_agg(settled_customers[s.ordinal]), array_agg(settled_ids[s.ordinal])
    )
    from unnest(settled) as s (ordinal)
    where settled_statuses[s.ordinal] <> 'paid';
  end if;

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

-- Cancels an order of which nothing has left. Its units and its uses of promotions are free again, and its payment is
-- voided or refunded by a task. Outcomes:
--
--   cancelled         done
--   repeated          it is cancelled already
--   not-found         the customer has no such order
--   wrong-status      it is not in one of `from_statuses`
--   payment-pending   its payment is being captured: finish that, and try again

create or replace function cancel_order(
  at_bucket smallint, of_customer text, of_order uuid, from_statuses text[], new_refund uuid,
  -- How long a payment may still arrive for an order that was waiting for it.
  payment_seconds integer, task_seconds integer,
  by_actor text, by_id text, why text
) returns text
language plpgsql as $$
declare
  found_status text;
  products text[];
  quantities integer[];
begin
  found_status := public.lock_order(at_bucket, of_customer, of_order);
  if found_status is null then return 'not-found'; end if;
  if found_status = 'cancelled' then return 'repeated'; end if;
  if found_status <> all (from_statuses) then return 'wrong-status'; end if;
  if exists (
    select from public.payment_tasks as t
    where t.bucket = at_bucket and t.customer_id = of_customer and t.order_id = of_order and t.kind = 'capture'
  ) then return 'payment-pending'; end if;

  select array_agg(l.product_id), array_agg(l.quantity - l.cancelled) into products, quantities
  from public.order_items as l
  where l.bucket = at_bucket and l.customer_id = of_customer and l.order_id = of_order
    and l.quantity > l.cancelled;

  if found_status = 'pending_payment' then
    delete from public.stock_holds as h
    where h.bucket = at_bucket and h.customer_id = of_customer and h.order_id = of_order;

    -- Its checkout has no response yet: the key is free again.
    delete from public.idempotency_keys as k
    where k.bucket = at_bucket and k.customer_id = of_customer and k.order_id = of_order and k.status is null;
  end if;

  update public.order_items as l
  set restocked = l.restocked + l.quantity - l.cancelled, cancelled = l.quantity
  where l.bucket = at_bucket and l.customer_id = of_customer and l.order_id = of_order;

  update public.orders as o
  set status = 'cancelled'
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order;

  -- What was captured goes back, except for what has been refunded.
  insert into public.refunds (
    bucket, customer_id, order_id, refund_id, attempt, amount, currency, status, lines, created_at, updated_at
  )
  select at_bucket, p.customer_id, p.order_id, new_refund, p.attempt, p.amount - p.refunded, p.currency, 'pending', '[]',
    statement_timestamp(), statement_timestamp()
  from public.payments as p
  where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order
    and p.status in ('captured', 'partly_refunded') and p.amount > p.refunded;

  insert into public.payment_tasks (
    bucket, customer_id, order_id, task_id, kind, due_at, open_until, created_at
  )
  select at_bucket, p.customer_id, p.order_id,
    case when p.status in ('pending', 'authorized') then p.order_id else new_refund end,
    case when p.status in ('pending', 'authorized') then 'void' else 'refund' end,
    statement_timestamp() + task_seconds * interval '1 second',
    statement_timestamp()
      + case when p.status = 'pending' then payment_seconds else 0 end * interval '1 second',
    statement_timestamp()
  from public.payments as p
  where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order
    and (
      p.status in ('pending', 'authorized') or (p.status in ('captured', 'partly_refunded') and p.amount > p.refunded)
    )
  on conflict do nothing;

  update public.payments as p
  set refunded = p.amount, updated_at = statement_timestamp()
  where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order
    and p.status in ('captured', 'partly_refunded') and p.amount > p.refunded;

  perform public.record_order_change(at_bucket, of_customer, of_order, null, null, by_actor, by_id, why);
  perform public.release_promotions(at_bucket, array[of_customer], array[of_order]);

  -- Last, because others wait for it from here to the commit.
  if found_status = 'pending_payment' then
    perform from public.inventory as i
    where i.bucket = at_bucket and i.product_id = any (products)
    order by i.product_id
    for no key update;

    update public.inventory as i
    set held = i.held - u.quantity, updated_at = statement_timestamp()
    from unnest(products, quantities) as u (product_id, quantity)
    where i.bucket = at_bucket and i.product_id = u.product_id;
  else
    perform public.restock_units(at_bucket, of_customer, of_order, products, quantities);
  end if;
  return 'cancelled';
end
$$;

-- Requests a refund of an order's captured payment. Units that it is for and have not left will not leave; what goes
-- back into stock can be sold at once. If that leaves nothing to send, the order is fulfilled, or cancelled if nothing of
-- it has left. Outcomes:
--
--   requested      a task tells the provider
--   repeated       the request with this Idempotency-Key has done it before
--   not-found      the customer has no such order
--   wrong-status   it is not in one of `from_statuses`
--   not-captured   nothing was captured of its payment
--   too-much       less is left of what was captured
--   too-many       a line has fewer such units

create or replace function refund_order(
  at_bucket smallint, of_customer text, of_order uuid, from_statuses text[], new_refund uuid, with_key text,
  -- Null: all that is left.
  of_amount numeric,
  -- back_units: 'unsent' or 'returned'.
  back_products text[], back_quantities integer[], back_units text[], back_restocked boolean[],
  task_seconds integer,
  by_actor text, by_id text, why text
) returns text
language plpgsql as $$
declare
  found_status text;
  paid_attempt smallint;
  left_amount numeric;
  wrong integer;
begin
  found_status := public.lock_order(at_bucket, of_customer, of_order);
  if found_status is null then return 'not-found'; end if;
  if exists (
    select from public.refunds as r
    where r.bucket = at_bucket and r.customer_id = of_customer and r.order_id = of_order and r.key = with_key
  ) then return 'repeated'; end if;
  if found_status <> all (from_statuses) then return 'wrong-status'; end if;

  select p.attempt, p.amount - p.refunded into paid_attempt, left_amount
  from public.payments as p
  where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order
    and p.status in ('captured', 'partly_refunded', 'refunded')
  order by p.attempt desc
  limit 1;
  if paid_attempt is null then return 'not-captured'; end if;
  if left_amount = 0 or of_amount > left_amount then return 'too-much'; end if;

  select count(*) into wrong
  from (
    select b.product_id,
      coalesce(sum(b.quantity) filter (where b.units = 'unsent'), 0) as unsent,
      coalesce(sum(b.quantity) filter (where b.units = 'returned'), 0) as returned
    from unnest(back_products, back_quantities, back_units) as b (product_id, quantity, units)
    group by b.product_id
  ) as b
  left join (
    select l.product_id, l.quantity - l.fulfilled - l.cancelled as unsent, l.fulfilled - l.returned as returnable
    from public.order_items as l
    where l.bucket = at_bucket and l.customer_id = of_customer and l.order_id = of_order
  ) as l on l.product_id = b.product_id
  where l.product_id is null or b.unsent > l.unsent or b.returned > l.returnable;
  if wrong > 0 then return 'too-many'; end if;

  update public.order_items as l
  set cancelled = l.cancelled + b.unsent, returned = l.returned + b.returned,
    restocked = l.restocked + b.restocked
  from (
    select b.product_id,
      coalesce(sum(b.quantity) filter (where b.units = 'unsent'), 0)::integer as unsent,
      coalesce(sum(b.quantity) filter (where b.units = 'returned'), 0)::integer as returned,
      coalesce(sum(b.quantity) filter (where b.restocked), 0)::integer as restocked
    from unnest(back_products, back_quantities, back_units, back_restocked)
      as b (product_id, quantity, units, restocked)
    group by b.product_id
  ) as b
  where l.bucket = at_bucket and l.customer_id = of_customer and l.order_id = of_order
    and l.product_id = b.product_id;

  insert into public.refunds (
    bucket, customer_id, order_id, refund_id, key, attempt, amount, currency, status, lines, created_at, updated_at
  )
  select at_bucket, o.customer_id, o.order_id, new_refund, with_key, paid_attempt, coalesce(of_amount, left_amount),
    o.currency, 'pending',
    (
      select coalesce(
        jsonb_agg(jsonb_build_object(
          'product_id', b.product_id, 'quantity', b.quantity, 'units', b.units, 'restocked', b.restocked
        )),
        '[]'
      )
      from unnest(back_products, back_quantities, back_units, back_restocked)
        as b (product_id, quantity, units, restocked)
    ),
    statement_timestamp(), statement_timestamp()
  from public.orders as o
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order;

  -- Its check refuses more than was captured.
  update public.payments as p
  set refunded = p.refunded + coalesce(of_amount, left_amount), updated_at = statement_timestamp()
  where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order and p.attempt = paid_attempt;

  insert into public.payment_tasks (
    bucket, customer_id, order_id, task_id, kind, due_at, open_until, created_at
  )
  select at_bucket, of_customer, of_order, new_refund, 'refund',
    statement_timestamp() + task_seconds * interval '1 second', statement_timestamp(), statement_timestamp();

  perform public.record_order_change(
    at_bucket, of_customer, of_order, 'refund_requested', new_refund, by_actor, by_id, why
  );

  -- Nothing is left to send.
  if found_status in ('paid', 'partly_fulfilled') and not exists (
    select from public.order_items as l
    where l.bucket = at_bucket and l.customer_id = of_customer and l.order_id = of_order
      and l.quantity > l.fulfilled + l.cancelled
  ) then
    update public.orders as o
    set status = case when found_status = 'paid' then 'cancelled' else 'fulfilled' end
    where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order;
    perform public.record_order_change(at_bucket, of_customer, of_order, null, null, by_actor, by_id, why);
    -- Only a whole order that never left gives them back: one that stays, in part or delivered, has used them.
    if found_status = 'paid' then
      perform public.release_promotions(at_bucket, array[of_customer], array[of_order]);
    end if;
  end if;
  -- Last, because others wait for it from here to the commit.
  perform public.restock_units(
    at_bucket, of_customer, of_order, array_agg(b.product_id), array_agg(b.quantity)
  )
  from unnest(back_products, back_quantities, back_restocked) as b (product_id, quantity, restocked)
  where b.restocked
  having count(*) > 0;
  return 'requested';
end
$$;
