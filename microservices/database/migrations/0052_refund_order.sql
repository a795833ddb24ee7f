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

create function refund_order(
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
