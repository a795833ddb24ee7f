-- Notes that somebody who knows an order's number and email wants a link to it, once in some minutes. The mail that
-- follows goes to the order's own address. Returns whether it was noted.

create function request_order_link(at_bucket smallint, of_number text, to_email text, pause_seconds integer)
returns boolean
language plpgsql as $$
declare
  found_customer text;
  found_order uuid;
begin
  select o.customer_id, o.order_id into found_customer, found_order
  from public.orders as o
  where o.bucket = at_bucket and o.number = of_number and lower(o.email) = lower(to_email)
  for no key update;
  if found_order is null or exists (
    select from public.order_history as h
    where h.bucket = at_bucket and h.customer_id = found_customer and h.order_id = found_order
      and h.event = 'link_requested' and h.at > statement_timestamp() - pause_seconds * interval '1 second'
  ) then return false; end if;

  perform public.record_order_change(
    at_bucket, found_customer, found_order, 'link_requested', null, 'customer', null, null
  );
  return true;
end
$$;
