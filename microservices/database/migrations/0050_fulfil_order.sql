-- Sends units of an order, which becomes partly_fulfilled or, with the last of them, fulfilled. Outcomes:
--
--   fulfilled      done
--   repeated       the request with this Idempotency-Key has done it before
--   not-found      the customer has no such order
--   wrong-status   nothing of it can be sent: it is not in one of `from_statuses`, or its money has gone back
--   too-many       a line has fewer units left to send, or the order has no such line
--   not-captured   its payment has to be captured before goods leave

create function fulfil_order(
  at_bucket smallint, of_customer text, of_order uuid, from_statuses text[],
  new_fulfilment uuid, with_key text, by_carrier text, with_number text, with_url text,
  -- Without products: all that is left.
  sent_products text[], sent_quantities integer[],
  by_actor text, by_id text, why text
) returns text
language plpgsql as $$
declare
  found_status text;
  products text[] := sent_products;
  quantities integer[] := sent_quantities;
  wrong integer;
begin
  found_status := public.lock_order(at_bucket, of_customer, of_order);
  if found_status is null then return 'not-found'; end if;
  if exists (
    select from public.order_fulfilments as f
    where f.bucket = at_bucket and f.customer_id = of_customer and f.order_id = of_order and f.key = with_key
  ) then return 'repeated'; end if;
  if found_status <> all (from_statuses) or exists (
    select from public.payments as p
    where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order
      and p.refunded = p.amount and p.amount > 0
  ) then return 'wrong-status'; end if;

  if cardinality(products) = 0 then
    select array_agg(l.product_id), array_agg(l.quantity - l.fulfilled - l.cancelled) into products, quantities
    from public.order_items as l
    where l.bucket = at_bucket and l.customer_id = of_customer and l.order_id = of_order
      and l.quantity > l.fulfilled + l.cancelled;
  end if;
  select count(*) into wrong
  from unnest(products, quantities) as s (product_id, quantity)
  left join (
    select l.product_id, l.quantity - l.fulfilled - l.cancelled as unsent
    from public.order_items as l
    where l.bucket = at_bucket and l.customer_id = of_customer and l.order_id = of_order
  ) as l on l.product_id = s.product_id
  where l.product_id is null or s.quantity > l.unsent;
  if wrong > 0 then return 'too-many'; end if;

  if exists (
    select from public.payments as p
    where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order
      and p.status = 'authorized' and p.amount > 0
  ) then return 'not-captured'; end if;

  insert into public.order_fulfilments (
    bucket, customer_id, order_id, fulfilment_id, key, carrier, tracking_number, tracking_url, created_at
  )
  select at_bucket, of_customer, of_order, new_fulfilment, with_key, by_carrier, with_number, with_url,
    statement_timestamp();

  insert into public.order_fulfilment_lines (
    bucket, customer_id, order_id, fulfilment_id, line_number, quantity
  )
  select at_bucket, of_customer, of_order, new_fulfilment, l.line_number, s.quantity
  from unnest(products, quantities) as s (product_id, quantity)
  join public.order_items as l on l.product_id = s.product_id
  where l.bucket = at_bucket and l.customer_id = of_customer and l.order_id = of_order;

  update public.order_items as l
  set fulfilled = l.fulfilled + s.quantity
  from unnest(products, quantities) as s (product_id, quantity)
  where l.bucket = at_bucket and l.customer_id = of_customer and l.order_id = of_order
    and l.product_id = s.product_id;

  update public.orders as o
  set status = case
      when exists (
        select from public.order_items as l
        where l.bucket = at_bucket and l.customer_id = of_customer and l.order_id = of_order
          and l.quantity > l.fulfilled + l.cancelled
      ) then 'partly_fulfilled'
      else 'fulfilled'
    end
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order;

  perform public.record_order_change(
    at_bucket, of_customer, of_order, null, new_fulfilment, by_actor, by_id, why
  );
  return 'fulfilled';
end
$$;

-- Outcomes: delivered, repeated (it is already), not-found, wrong-status.
create function deliver_order(
  at_bucket smallint, of_customer text, of_order uuid, from_statuses text[], by_actor text, by_id text, why text
) returns text
language plpgsql as $$
declare
  found_status text;
begin
  found_status := public.lock_order(at_bucket, of_customer, of_order);
  if found_status is null then return 'not-found'; end if;
  if found_status = 'delivered' then return 'repeated'; end if;
  if found_status <> all (from_statuses) then return 'wrong-status'; end if;

  update public.orders as o
  set status = 'delivered'
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order;

  update public.order_fulfilments as f
  set delivered_at = statement_timestamp()
  where f.bucket = at_bucket and f.customer_id = of_customer and f.order_id = of_order and f.delivered_at is null;

  perform public.record_order_change(at_bucket, of_customer, of_order, null, null, by_actor, by_id, why);
  return 'delivered';
end
$$;
