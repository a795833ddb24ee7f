-- Cancels an order of which nothing has left. Its units are free again, and its payment is voided or refunded by a task.
-- Outcomes:
--
--   cancelled         done
--   repeated          it is cancelled already
--   not-found         the customer has no such order
--   wrong-status      it is not in one of `from_statuses`
--   payment-pending   its payment is being captured: finish that, and try again

create function cancel_order(
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
