-- The schema of the shop. Written by "carthub-db schema dump": change it with a migration.

do $$
begin
  if to_regrole('carthub_app') is null then
    create role carthub_app nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
end
$$;

create extension if not exists pg_trgm with schema public;
create collation public.catalog_order (provider = icu, locale = 'und-u-kn-true');
CREATE OR REPLACE FUNCTION public.begin_capture(at_bucket smallint, of_customer text, of_order uuid, from_statuses text[], task_seconds integer)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
declare
  found_status text;
begin
  found_status := public.lock_order(at_bucket, of_customer, of_order);
  if found_status is null then return 'not-found'; end if;
  if found_status <> all (from_statuses) then return 'wrong-status'; end if;
  if not exists (
    select from public.payments as p
    where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order and p.status = 'authorized'
  ) then return 'captured'; end if;

  insert into public.payment_tasks (
    bucket, customer_id, order_id, task_id, kind, due_at, open_until, created_at
  )
  select at_bucket, of_customer, of_order, of_order, 'capture',
    statement_timestamp() + task_seconds * interval '1 second', statement_timestamp(), statement_timestamp()
  on conflict do nothing;
  return 'begun';
end
$function$;
CREATE OR REPLACE FUNCTION public.cancel_order(at_bucket smallint, of_customer text, of_order uuid, from_statuses text[], new_refund uuid, payment_seconds integer, task_seconds integer, by_actor text, by_id text, why text)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION public.change_carts(at_bucket smallint, requested_customers text[], requested_versions integer[], requested_increments integer[], used_customers text[], used_products text[], used_names text[], used_prices numeric[], used_images text[], put_customers text[], put_products text[], put_names text[], put_prices numeric[], put_quantities integer[], put_images text[], put_positions integer[], removed_customers text[], removed_products text[], response_customers text[], response_keys text[], response_fingerprints text[], response_statuses integer[], response_headers jsonb[], response_heads text[], response_middles text[], response_tails text[])
 RETURNS TABLE(customer_id text, version integer, created_at text, updated_at text)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  now_text constant text := to_json(statement_timestamp()) #>> '{}';
  -- Carts with a product whose catalog entry is not the one that was used.
  stale text[];
  -- Carts that are written, by how much their version rises, and when they were created.
  written text[];
  increments integer[];
  created timestamptz[];
  -- Carts that are only compared, and those of any kind that are not written.
  compared text[];
  refused text[];
begin
  if cardinality(used_customers) > 0 then
    select array_agg(u.customer_id) into stale
    from unnest(used_customers, used_products, used_names, used_prices, used_images)
      as u (customer_id, product_id, product_name, price, image_url)
    left join public.products as p on p.product_id = u.product_id and p.withdrawn_at is null
    where p.product_name is distinct from u.product_name or p.price is distinct from u.price
      or p.image_url is distinct from u.image_url;
  end if;

  select array_agg(l.customer_id), array_agg(l.increment), array_agg(l.created_at)
  into written, increments, created
  from (
    select c.customer_id, r.increment, c.created_at
    from unnest(requested_customers, requested_versions, requested_increments)
      as r (customer_id, version, increment)
    join public.carts as c on c.customer_id = r.customer_id
    where c.bucket = at_bucket and c.version = r.version and r.increment > 0
      and (stale is null or r.customer_id <> all (stale))
    for no key update of c skip locked
  ) as l;

  if written is not null then
    return query
      update public.carts as c
      set version = c.version + w.increment, updated_at = statement_timestamp()
      from unnest(written, increments) as w (customer_id, increment)
      where c.bucket = at_bucket and c.customer_id = w.customer_id
      returning c.customer_id, c.version::integer, to_json(c.created_at) #>> '{}', now_text;
  end if;

  if 0 = any (requested_versions) then
    for customer_id, version in
      insert into public.carts as c (bucket, customer_id, version, created_at, updated_at)
      select at_bucket, r.customer_id, r.increment, statement_timestamp(), statement_timestamp()
      from unnest(requested_customers, requested_versions, requested_increments)
        as r (customer_id, version, increment)
      where r.version = 0 and r.increment > 0 and (stale is null or r.customer_id <> all (stale))
      order by r.customer_id
      -- Of both keys: without a target, two releases that open the same cart never fail.
      on conflict do nothing
      returning c.customer_id, c.version
    loop
      written := written || customer_id;
      created := created || statement_timestamp();
      created_at := now_text;
      updated_at := now_text;
      return next;
    end loop;
  end if;

  if 0 = any (requested_increments) then
    select array_agg(r.customer_id) into compared
    from unnest(requested_customers, requested_versions, requested_increments)
      as r (customer_id, version, increment)
    left join public.carts as c on c.bucket = at_bucket and c.customer_id = r.customer_id
    where r.increment = 0 and coalesce(c.version, 0) = r.version
      and (stale is null or r.customer_id <> all (stale));
    return query
      select r.customer_id, r.version, null::text, null::text
      from unnest(requested_customers, requested_versions) as r (customer_id, version)
      where r.customer_id = any (compared);
  end if;

  if cardinality(written) is distinct from cardinality(requested_customers) then
    select array_agg(r.customer_id) into refused
    from unnest(requested_customers) as r (customer_id)
    where written is null or r.customer_id <> all (written);
  end if;

  if cardinality(put_customers) > 0 and written is not null then
    insert into public.cart_items
      (bucket, customer_id, product_id, product_name, price, quantity, image_url, added_at)
    select at_bucket, l.customer_id, l.product_id, l.product_name, l.price, l.quantity, l.image_url,
      statement_timestamp() + l.position * interval '1 microsecond'
    from unnest(
      put_customers, put_products, put_names, put_prices, put_quantities, put_images, put_positions
    ) as l (customer_id, product_id, product_name, price, quantity, image_url, position)
    where refused is null or l.customer_id <> all (refused)
    on conflict (bucket, customer_id, product_id) do update
    set product_name = excluded.product_name, price = excluded.price,
      quantity = excluded.quantity, image_url = excluded.image_url;
  end if;

  if cardinality(removed_customers) > 0 and written is not null then
    delete from public.cart_items as l
    using unnest(removed_customers, removed_products) as r (customer_id, product_id)
    where l.bucket = at_bucket and l.customer_id = r.customer_id and l.product_id = r.product_id
      and (refused is null or r.customer_id <> all (refused));
  end if;

  if cardinality(response_customers) > 0 then
    insert into public.idempotency_keys
      (bucket, customer_id, key, fingerprint, status, headers, body)
    select at_bucket, a.customer_id, a.key, a.fingerprint, a.status, a.headers,
      case when a.middle is null then a.head
        else a.head || to_json(w.created_at) || a.middle || to_json(statement_timestamp()) || a.tail
      end
    from unnest(
      response_customers, response_keys, response_fingerprints, response_statuses,
      response_headers, response_heads, response_middles, response_tails
    ) as a (customer_id, key, fingerprint, status, headers, head, middle, tail)
    left join unnest(written, created) as w (customer_id, created_at)
      on w.customer_id = a.customer_id
    where w.customer_id is not null or a.customer_id = any (compared);
  end if;
end
$function$;
CREATE OR REPLACE FUNCTION public.collect_product_words()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into public.product_words (word)
  select distinct w.word
  from (
    select unnest(tsvector_to_array(ts_filter(c.name_words, '{a}'))) as word
    from changed as c
    union all
    select p.lexeme
    from (select distinct c.category from changed as c) as d, public.search_parts(d.category) as p
  ) as w
  where w.word ~ '^[^0-9]{3,}$'
  on conflict do nothing;
  return null;
end
$function$;
CREATE OR REPLACE FUNCTION public.deliver_order(at_bucket smallint, of_customer text, of_order uuid, from_statuses text[], by_actor text, by_id text, why text)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION public.finish_payment_task(at_bucket smallint, of_customer text, of_order uuid, of_task uuid, of_kind text, has_succeeded boolean, with_reference text, with_failure text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  task_kind text;
  paid_attempt smallint;
  new_status text;
begin
  perform public.lock_order(at_bucket, of_customer, of_order);
  delete from public.payment_tasks as t
  where t.bucket = at_bucket and t.customer_id = of_customer and t.order_id = of_order and t.task_id = of_task
    and t.kind = of_kind and t.open_until <= statement_timestamp()
  returning t.kind into task_kind;
  if task_kind is null then return false; end if;

  if task_kind = 'refund' then
    update public.refunds as r
    set status = case when has_succeeded then 'succeeded' else 'failed' end,
      reference = coalesce(with_reference, r.reference), failure = with_failure, updated_at = statement_timestamp()
    where r.bucket = at_bucket and r.customer_id = of_customer and r.order_id = of_order and r.refund_id = of_task
    returning r.attempt into paid_attempt;

    update public.payments as p
    set refunded = p.refunded - case
        when has_succeeded then 0
        else (
          select r.amount from public.refunds as r
          where r.bucket = at_bucket and r.customer_id = of_customer and r.order_id = of_order
            and r.refund_id = of_task
        )
      end,
      status = case
        when s.refunded = 0 then 'captured'
        when s.refunded = p.amount then 'refunded'
        else 'partly_refunded'
      end,
      updated_at = statement_timestamp()
    from (
      select coalesce(sum(r.amount), 0) as refunded
      from public.refunds as r
      where r.bucket = at_bucket and r.customer_id = of_customer and r.order_id = of_order
        and r.attempt = paid_attempt and r.status = 'succeeded'
    ) as s
    where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order and p.attempt = paid_attempt
    returning p.status into new_status;
  elsif has_succeeded then
    new_status := case task_kind when 'capture' then 'captured' else 'voided' end;
    -- One that has failed or was voided may have arrived after all, and is voided once more.
    update public.payments as p
    set status = new_status, reference = coalesce(with_reference, p.reference),
      failure = case task_kind when 'capture' then null else p.failure end, updated_at = statement_timestamp()
    where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order
      and (p.status in ('pending', 'authorized') or (task_kind = 'void' and p.status in ('failed', 'voided')));
  else
    update public.payments as p
    set failure = with_failure, updated_at = statement_timestamp()
    where p.bucket = at_bucket and p.customer_id = of_customer and p.order_id = of_order
      and p.status in ('pending', 'authorized');
  end if;

  update public.orders as o
  set payment_status = new_status
  where o.bucket = at_bucket and o.customer_id = of_customer and o.order_id = of_order
    and new_status is not null;

  perform public.record_order_change(
    at_bucket, of_customer, of_order,
    case
      when task_kind = 'refund' then case when has_succeeded then 'refunded' else 'refund_failed' end
      when task_kind = 'capture' then case when has_succeeded then 'captured' else 'capture_failed' end
      else case when has_succeeded then 'voided' else 'void_failed' end
    end,
    case when task_kind = 'refund' then of_task end, 'provider', null, with_failure
  );
  return true;
end
$function$;
CREATE OR REPLACE FUNCTION public.fulfil_order(at_bucket smallint, of_customer text, of_order uuid, from_statuses text[], new_fulfilment uuid, with_key text, by_carrier text, with_number text, with_url text, sent_products text[], sent_quantities integer[], by_actor text, by_id text, why text)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION public.index_product_words()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'INSERT' or (new.product_name, new.category, new.description)
    is distinct from (old.product_name, old.category, old.description)
  then
    new.name_words := public.search_vector(new.product_name);
    new.all_words := new.name_words || public.search_vector(new.category || ' ' || new.description);
  end if;
  return new;
end
$function$;
CREATE OR REPLACE FUNCTION public.keep_prices(at_bucket smallint, order_customers text[], order_ids uuid[], placed integer[], discount_ordinals integer[], discount_positions integer[], discount_promotions text[], discount_names text[], discount_codes text[], discount_lines integer[], discount_amounts numeric[], tax_ordinals integer[], tax_positions integer[], tax_names text[], tax_rates numeric[], tax_included boolean[], tax_amounts numeric[], delivery_ordinals integer[], delivery_options text[], delivery_names text[], delivery_min_days integer[], delivery_max_days integer[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  if cardinality(discount_ordinals) > 0 then
    insert into public.order_discounts (
      bucket, customer_id, order_id, position, promotion_id, name, code, line_number, amount
    )
    select at_bucket, order_customers[d.ordinal], order_ids[d.ordinal], d.position, d.promotion_id, d.name, d.code,
      d.line_number, d.amount
    from unnest(
      discount_ordinals, discount_positions, discount_promotions, discount_names, discount_codes, discount_lines,
      discount_amounts
    ) as d (ordinal, position, promotion_id, name, code, line_number, amount)
    where d.ordinal = any (placed);
  end if;

  if cardinality(tax_ordinals) > 0 then
    insert into public.order_taxes (bucket, customer_id, order_id, position, name, rate, is_included, amount)
    select at_bucket, order_customers[t.ordinal], order_ids[t.ordinal], t.position, t.name, t.rate, t.is_included,
      t.amount
    from unnest(tax_ordinals, tax_positions, tax_names, tax_rates, tax_included, tax_amounts)
      as t (ordinal, position, name, rate, is_included, amount)
    where t.ordinal = any (placed);
  end if;

  if cardinality(delivery_ordinals) > 0 then
    insert into public.order_deliveries (bucket, customer_id, order_id, option_id, name, min_days, max_days)
    select at_bucket, order_customers[d.ordinal], order_ids[d.ordinal], d.option_id, d.name, d.min_days, d.max_days
    from unnest(delivery_ordinals, delivery_options, delivery_names, delivery_min_days, delivery_max_days)
      as d (ordinal, option_id, name, min_days, max_days)
    where d.ordinal = any (placed);
  end if;
end
$function$;
CREATE OR REPLACE FUNCTION public.lock_order(at_bucket smallint, of_customer text, of_order uuid)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION public.outdated_prices(order_rules integer[], fact_ordinals integer[], fact_products text[], fact_categories text[], fact_weights integer[])
 RETURNS integer[]
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  outdated integer[];
begin
  select array_agg(o.ordinal::integer) into outdated
  from unnest(order_rules) with ordinality as o (version, ordinal)
  where o.version is distinct from coalesce((select r.version from public.pricing_rules as r), 0);

  if cardinality(fact_ordinals) > 0 then
    select outdated || array_agg(distinct f.ordinal) into outdated
    from unnest(fact_ordinals, fact_products, fact_categories, fact_weights)
      as f (ordinal, product_id, category, weight_grams)
    left join public.products as p on p.product_id = f.product_id
    where p.category is distinct from f.category or p.weight_grams is distinct from f.weight_grams;
  end if;
  return outdated;
end
$function$;
CREATE OR REPLACE FUNCTION public.place_orders(at_bucket smallint, order_customers text[], order_versions integer[], order_ids uuid[], order_numbers text[], order_currencies text[], order_subtotals numeric[], order_discounts numeric[], order_shippings numeric[], order_taxes numeric[], order_totals numeric[], order_emails text[], order_shipping_addresses jsonb[], order_billing_addresses jsonb[], order_providers text[], order_hold_seconds integer[], order_keys text[], order_fingerprints text[], line_ordinals integer[], line_numbers integer[], line_products text[], line_names text[], line_prices numeric[], line_quantities integer[], line_images text[])
 RETURNS TABLE(ordinal integer, outcome text, created_at text)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  -- Ordinals.
  changed integer[];
  locked integer[];
  waiting integer[];
  replayed integer[];
  candidates integer[];
  placed integer[];
  -- The stock of the bucket, once it is locked.
  stocked text[];
  free integer[];
begin
  select array_agg(distinct l.ordinal) into changed
  from unnest(line_ordinals, line_products, line_prices) as l (ordinal, product_id, price)
  left join public.products as p on p.product_id = l.product_id and p.withdrawn_at is null
  where p.price is distinct from l.price;

  select array_agg(c.ordinal order by c.ordinal) into locked
  from (
    select o.ordinal::integer as ordinal
    from unnest(order_customers, order_versions) with ordinality as o (customer_id, version, ordinal)
    join public.carts as c on c.customer_id = o.customer_id
    where c.bucket = at_bucket and c.version = o.version and (changed is null or o.ordinal <> all (changed))
    for no key update of c skip locked
  ) as c;

  -- Under the lock of the cart, which all orders of a customer need.
  if locked is not null then
    -- Of two orders of a customer in the batch, the second waits for the first.
    select array_agg(l.ordinal) into waiting
    from (
      select l.ordinal, row_number() over (partition by order_customers[l.ordinal] order by l.ordinal) as rank
      from unnest(locked) as l (ordinal)
    ) as l
    where l.rank > 1 or exists (
      select from public.stock_holds as h
      where h.bucket = at_bucket and h.customer_id = order_customers[l.ordinal]
    );
    select array_agg(l.ordinal) into replayed
    from unnest(locked) as l (ordinal)
    join public.idempotency_keys as k
      on k.customer_id = order_customers[l.ordinal] and k.key = order_keys[l.ordinal]
    where k.bucket = at_bucket;
    select array_agg(l.ordinal) into candidates
    from unnest(locked) as l (ordinal)
    where (waiting is null or l.ordinal <> all (waiting)) and (replayed is null or l.ordinal <> all (replayed));
  end if;

  if candidates is not null then
    -- Before stock is locked, which others wait for: a key may be locked for long.
    insert into public.idempotency_keys (bucket, customer_id, key, fingerprint, order_id)
    select at_bucket, order_customers[c.ordinal], order_keys[c.ordinal], order_fingerprints[c.ordinal],
      order_ids[c.ordinal]
    from unnest(candidates) as c (ordinal)
    where order_keys[c.ordinal] is not null;

    select array_agg(i.product_id), array_agg(i.on_hand - i.held) into stocked, free
    from (
      select i.product_id, i.on_hand, i.held
      from public.inventory as i
      where i.bucket = at_bucket and i.product_id = any (
        select l.product_id from unnest(line_ordinals, line_products) as l (ordinal, product_id)
        where l.ordinal = any (candidates)
      )
      order by i.product_id
      for no key update
    ) as i;

    -- Each order is counted after all before it, even those that are refused: one pass, and nobody gets too much.
    select array_agg(c.ordinal) into placed
    from unnest(candidates) as c (ordinal)
    where c.ordinal not in (
      select d.ordinal
      from (
        select l.ordinal, l.product_id,
          sum(l.quantity) over (partition by l.product_id order by l.ordinal) as demand
        from unnest(line_ordinals, line_products, line_quantities) as l (ordinal, product_id, quantity)
        where l.ordinal = any (candidates)
      ) as d
      left join unnest(stocked, free) as s (product_id, free) on s.product_id = d.product_id
      where d.demand > coalesce(s.free, 0)
    );
  end if;

  if placed is not null then
    update public.inventory as i
    set held = i.held + d.quantity, updated_at = statement_timestamp()
    from (
      select l.product_id, sum(l.quantity)::integer as quantity
      from unnest(line_ordinals, line_products, line_quantities) as l (ordinal, product_id, quantity)
      where l.ordinal = any (placed)
      group by l.product_id
    ) as d
    where i.bucket = at_bucket and i.product_id = d.product_id;

    insert into public.orders (
      bucket, customer_id, order_id, number, status, currency, subtotal, discount, shipping, tax, total, email,
      shipping_address, billing_address, payment_provider, payment_status, payment_reference, created_at
    )
    select at_bucket, o.customer_id, o.order_id, o.number, 'pending_payment', o.currency, o.subtotal, o.discount,
      o.shipping, o.tax, o.total, o.email, o.shipping_address, o.billing_address, o.provider, 'pending', '',
      statement_timestamp()
    from unnest(
      order_customers, order_ids, order_numbers, order_currencies, order_subtotals, order_discounts, order_shippings,
      order_taxes, order_totals, order_emails, order_shipping_addresses, order_billing_addresses, order_providers
    ) with ordinality as o (
      customer_id, order_id, number, currency, subtotal, discount, shipping, tax, total, email, shipping_address,
      billing_address, provider, ordinal
    )
    where o.ordinal = any (placed);

    insert into public.order_items (
      bucket, customer_id, order_id, line_number, product_id, product_name, price, quantity, subtotal, image_url
    )
    select at_bucket, order_customers[l.ordinal], order_ids[l.ordinal], l.line_number, l.product_id, l.product_name,
      l.price, l.quantity, l.price * l.quantity, l.image_url
    from unnest(
      line_ordinals, line_numbers, line_products, line_names, line_prices, line_quantities, line_images
    ) as l (ordinal, line_number, product_id, product_name, price, quantity, image_url)
    where l.ordinal = any (placed);

    insert into public.stock_holds (bucket, customer_id, order_id, expires_at)
    select at_bucket, order_customers[p.ordinal], order_ids[p.ordinal],
      statement_timestamp() + order_hold_seconds[p.ordinal] * interval '1 second'
    from unnest(placed) as p (ordinal);

    insert into public.payments (
      bucket, customer_id, order_id, attempt, provider, status, amount, currency, created_at, updated_at
    )
    select at_bucket, order_customers[p.ordinal], order_ids[p.ordinal], 1, order_providers[p.ordinal], 'pending',
      order_totals[p.ordinal], order_currencies[p.ordinal], statement_timestamp(), statement_timestamp()
    from unnest(placed) as p (ordinal);

    insert into public.order_history (bucket, customer_id, order_id, sequence, status, actor, at)
    select at_bucket, order_customers[p.ordinal], order_ids[p.ordinal], 1, 'pending_payment', 'customer',
      statement_timestamp()
    from unnest(placed) as p (ordinal);

    insert into public.outbox (bucket, aggregate, sequence, type, data)
    select at_bucket, 'order/' || o.order_id, 1, 'order.placed', jsonb_build_object(
      'order_id', o.order_id, 'customer_id', o.customer_id, 'number', o.number, 'currency', o.currency,
      'items', l.items, 'subtotal', o.subtotal, 'discount', o.discount, 'shipping', o.shipping, 'tax', o.tax,
      'total', o.total
    )
    from unnest(
      order_customers, order_ids, order_numbers, order_currencies, order_subtotals, order_discounts, order_shippings,
      order_taxes, order_totals
    ) with ordinality as o (
      customer_id, order_id, number, currency, subtotal, discount, shipping, tax, total, ordinal
    )
    join (
      select l.ordinal, jsonb_agg(jsonb_build_object(
        'product_id', l.product_id, 'product_name', l.product_name, 'price', l.price, 'quantity', l.quantity,
        'subtotal', l.price * l.quantity
      ) order by l.line_number) as items
      from unnest(line_ordinals, line_numbers, line_products, line_names, line_prices, line_quantities)
        as l (ordinal, line_number, product_id, product_name, price, quantity)
      where l.ordinal = any (placed)
      group by l.ordinal
    ) as l on l.ordinal = o.ordinal;
  end if;

  if cardinality(placed) is distinct from cardinality(candidates) then
    delete from public.idempotency_keys as k
    using unnest(candidates) as c (ordinal)
    where k.bucket = at_bucket and k.customer_id = order_customers[c.ordinal] and k.key = order_keys[c.ordinal]
      and k.order_id = order_ids[c.ordinal] and (placed is null or c.ordinal <> all (placed));
  end if;

  return query
    select o.ordinal,
      case
        when o.ordinal = any (placed) then 'placed'
        when o.ordinal = any (replayed) then 'key-used'
        when o.ordinal = any (waiting) then 'pending-order'
        when o.ordinal = any (candidates) then 'out-of-stock'
        when o.ordinal = any (changed) then 'product-changed'
        else 'cart-changed'
      end,
      to_json(statement_timestamp()) #>> '{}'
    from generate_series(1, cardinality(order_ids)) as o (ordinal);
end
$function$;
CREATE OR REPLACE FUNCTION public.place_orders(at_bucket smallint, order_customers text[], order_versions integer[], order_ids uuid[], order_numbers text[], order_currencies text[], order_subtotals numeric[], order_discounts numeric[], order_shippings numeric[], order_taxes numeric[], order_totals numeric[], order_emails text[], order_locales text[], order_shipping_addresses jsonb[], order_billing_addresses jsonb[], order_providers text[], order_hold_seconds integer[], order_keys text[], order_fingerprints text[], order_rules integer[], line_ordinals integer[], line_numbers integer[], line_products text[], line_names text[], line_prices numeric[], line_quantities integer[], line_images text[], fact_ordinals integer[], fact_products text[], fact_categories text[], fact_weights integer[], use_ordinals integer[], use_promotions text[], use_codes text[], use_limited boolean[], use_customer_limits integer[], use_first_orders boolean[], discount_ordinals integer[], discount_positions integer[], discount_promotions text[], discount_names text[], discount_codes text[], discount_lines integer[], discount_amounts numeric[], tax_ordinals integer[], tax_positions integer[], tax_names text[], tax_rates numeric[], tax_included boolean[], tax_amounts numeric[], delivery_ordinals integer[], delivery_options text[], delivery_names text[], delivery_min_days integer[], delivery_max_days integer[])
 RETURNS TABLE(ordinal integer, outcome text, created_at text)
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  -- Ordinals.
  changed integer[];
  outdated integer[];
  locked integer[];
  waiting integer[];
  replayed integer[];
  used integer[];
  candidates integer[];
  spent integer[];
  placed integer[];
  -- The stock of the bucket, once it is locked.
  stocked text[];
  free integer[];
begin
  select array_agg(distinct l.ordinal) into changed
  from unnest(line_ordinals, line_products, line_prices) as l (ordinal, product_id, price)
  left join public.products as p on p.product_id = l.product_id and p.withdrawn_at is null
  where p.price is distinct from l.price;

  outdated := public.outdated_prices(order_rules, fact_ordinals, fact_products, fact_categories, fact_weights);

  select array_agg(c.ordinal order by c.ordinal) into locked
  from (
    select o.ordinal::integer as ordinal
    from unnest(order_customers, order_versions) with ordinality as o (customer_id, version, ordinal)
    join public.carts as c on c.customer_id = o.customer_id
    where c.bucket = at_bucket and c.version = o.version and (changed is null or o.ordinal <> all (changed))
      and (outdated is null or o.ordinal <> all (outdated))
    for no key update of c skip locked
  ) as c;

  -- Under the lock of the cart, which all orders of a customer need.
  if locked is not null then
    -- Of two orders of a customer in the batch, the second waits for the first.
    select array_agg(l.ordinal) into waiting
    from (
      select l.ordinal, row_number() over (partition by order_customers[l.ordinal] order by l.ordinal) as rank
      from unnest(locked) as l (ordinal)
    ) as l
    where l.rank > 1 or exists (
      select from public.stock_holds as h
      where h.bucket = at_bucket and h.customer_id = order_customers[l.ordinal]
    );
    select array_agg(l.ordinal) into replayed
    from unnest(locked) as l (ordinal)
    join public.idempotency_keys as k
      on k.customer_id = order_customers[l.ordinal] and k.key = order_keys[l.ordinal]
    where k.bucket = at_bucket;
    if cardinality(use_ordinals) > 0 then
      used := public.used_promotions(
        at_bucket, order_customers, locked, use_ordinals, use_promotions, use_customer_limits, use_first_orders
      );
    end if;
    select array_agg(l.ordinal) into candidates
    from unnest(locked) as l (ordinal)
    where (waiting is null or l.ordinal <> all (waiting)) and (replayed is null or l.ordinal <> all (replayed))
      and (used is null or l.ordinal <> all (used));
  end if;

  if candidates is not null then
    -- Before stock is locked, which others wait for: a key may be locked for long.
    insert into public.idempotency_keys (bucket, customer_id, key, fingerprint, order_id)
    select at_bucket, order_customers[c.ordinal], order_keys[c.ordinal], order_fingerprints[c.ordinal],
      order_ids[c.ordinal]
    from unnest(candidates) as c (ordinal)
    where order_keys[c.ordinal] is not null;

    if true = any (use_limited) then
      spent := public.spent_promotions(at_bucket, candidates, use_ordinals, use_promotions, use_limited);
    end if;

    select array_agg(i.product_id), array_agg(i.on_hand - i.held) into stocked, free
    from (
      select i.product_id, i.on_hand, i.held
      from public.inventory as i
      where i.bucket = at_bucket and i.product_id = any (
        select l.product_id from unnest(line_ordinals, line_products) as l (ordinal, product_id)
        where l.ordinal = any (candidates) and (spent is null or l.ordinal <> all (spent))
      )
      order by i.product_id
      for no key update
    ) as i;

    -- Each order is counted after all before it, even those that are refused: one pass, and nobody gets too much.
    select array_agg(c.ordinal) into placed
    from unnest(candidates) as c (ordinal)
    where (spent is null or c.ordinal <> all (spent)) and c.ordinal not in (
      select d.ordinal
      from (
        select l.ordinal, l.product_id,
          sum(l.quantity) over (partition by l.product_id order by l.ordinal) as demand
        from unnest(line_ordinals, line_products, line_quantities) as l (ordinal, product_id, quantity)
        where l.ordinal = any (candidates) and (spent is null or l.ordinal <> all (spent))
      ) as d
      left join unnest(stocked, free) as s (product_id, free) on s.product_id = d.product_id
      where d.demand > coalesce(s.free, 0)
    );
  end if;

  if placed is not null then
    update public.inventory as i
    set held = i.held + d.quantity, updated_at = statement_timestamp()
    from (
      select l.product_id, sum(l.quantity)::integer as quantity
      from unnest(line_ordinals, line_products, line_quantities) as l (ordinal, product_id, quantity)
      where l.ordinal = any (placed)
      group by l.product_id
    ) as d
    where i.bucket = at_bucket and i.product_id = d.product_id;

    insert into public.orders (
      bucket, customer_id, order_id, number, status, currency, subtotal, discount, shipping, tax, total, email, locale,
      shipping_address, billing_address, payment_provider, payment_status, payment_reference, created_at
    )
    select at_bucket, o.customer_id, o.order_id, o.number, 'pending_payment', o.currency, o.subtotal, o.discount,
      o.shipping, o.tax, o.total, o.email, o.locale, o.shipping_address, o.billing_address, o.provider, 'pending', '',
      statement_timestamp()
    from unnest(
      order_customers, order_ids, order_numbers, order_currencies, order_subtotals, order_discounts, order_shippings,
      order_taxes, order_totals, order_emails, order_locales, order_shipping_addresses,
      order_billing_addresses, order_providers
    ) with ordinality as o (
      customer_id, order_id, number, currency, subtotal, discount, shipping, tax, total, email, locale,
      shipping_address, billing_address, provider, ordinal
    )
    where o.ordinal = any (placed);

    insert into public.order_items (
      bucket, customer_id, order_id, line_number, product_id, product_name, price, quantity, subtotal, image_url
    )
    select at_bucket, order_customers[l.ordinal], order_ids[l.ordinal], l.line_number, l.product_id, l.product_name,
      l.price, l.quantity, l.price * l.quantity, l.image_url
    from unnest(
      line_ordinals, line_numbers, line_products, line_names, line_prices, line_quantities, line_images
    ) as l (ordinal, line_number, product_id, product_name, price, quantity, image_url)
    where l.ordinal = any (placed);

    insert into public.stock_holds (bucket, customer_id, order_id, expires_at)
    select at_bucket, order_customers[p.ordinal], order_ids[p.ordinal],
      statement_timestamp() + order_hold_seconds[p.ordinal] * interval '1 second'
    from unnest(placed) as p (ordinal);

    insert into public.payments (
      bucket, customer_id, order_id, attempt, provider, status, amount, currency, created_at, updated_at
    )
    select at_bucket, order_customers[p.ordinal], order_ids[p.ordinal], 1, order_providers[p.ordinal], 'pending',
      order_totals[p.ordinal], order_currencies[p.ordinal], statement_timestamp(), statement_timestamp()
    from unnest(placed) as p (ordinal);

    insert into public.order_history (bucket, customer_id, order_id, sequence, status, actor, at)
    select at_bucket, order_customers[p.ordinal], order_ids[p.ordinal], 1, 'pending_payment', 'customer',
      statement_timestamp()
    from unnest(placed) as p (ordinal);

    if cardinality(use_ordinals) > 0 then
      perform public.use_promotions(
        at_bucket, order_customers, order_ids, placed, use_ordinals, use_promotions, use_codes, use_limited
      );
    end if;
    perform public.keep_prices(
      at_bucket, order_customers, order_ids, placed,
      discount_ordinals, discount_positions, discount_promotions, discount_names, discount_codes, discount_lines,
      discount_amounts, tax_ordinals, tax_positions, tax_names, tax_rates, tax_included, tax_amounts,
      delivery_ordinals, delivery_options, delivery_names, delivery_min_days, delivery_max_days
    );

    insert into public.outbox (bucket, aggregate, sequence, type, data)
    select at_bucket, 'order/' || o.order_id, 1, 'order.placed', jsonb_build_object(
      'order_id', o.order_id, 'customer_id', o.customer_id, 'number', o.number, 'currency', o.currency,
      'items', l.items, 'subtotal', o.subtotal, 'discount', o.discount, 'shipping', o.shipping, 'tax', o.tax,
      'total', o.total,
      'discounts', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'promotion_id', d.promotion_id, 'name', d.name, 'code', d.code, 'product_id', p.product_id,
          'amount', d.amount
        ) order by d.position), '[]')
        from unnest(
          discount_ordinals, discount_positions, discount_promotions, discount_names, discount_codes, discount_lines,
          discount_amounts
        ) as d (ordinal, position, promotion_id, name, code, line_number, amount)
        left join unnest(line_ordinals, line_numbers, line_products) as p (ordinal, line_number, product_id)
          on p.ordinal = d.ordinal and p.line_number = d.line_number
        where d.ordinal = o.ordinal
      ),
      'taxes', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'name', t.name, 'rate', t.rate, 'included', t.is_included, 'amount', t.amount
        ) order by t.position), '[]')
        from unnest(tax_ordinals, tax_positions, tax_names, tax_rates, tax_included, tax_amounts)
          as t (ordinal, position, name, rate, is_included, amount)
        where t.ordinal = o.ordinal
      ),
      'delivery', (
        select jsonb_build_object(
          'option_id', d.option_id, 'name', d.name, 'min_days', d.min_days, 'max_days', d.max_days
        )
        from unnest(delivery_ordinals, delivery_options, delivery_names, delivery_min_days, delivery_max_days)
          as d (ordinal, option_id, name, min_days, max_days)
        where d.ordinal = o.ordinal
      )
    )
    from unnest(
      order_customers, order_ids, order_numbers, order_currencies, order_subtotals, order_discounts, order_shippings,
      order_taxes, order_totals
    ) with ordinality as o (
      customer_id, order_id, number, currency, subtotal, discount, shipping, tax, total, ordinal
    )
    join (
      select l.ordinal, jsonb_agg(jsonb_build_object(
        'product_id', l.product_id, 'product_name', l.product_name, 'price', l.price, 'quantity', l.quantity,
        'subtotal', l.price * l.quantity
      ) order by l.line_number) as items
      from unnest(line_ordinals, line_numbers, line_products, line_names, line_prices, line_quantities)
        as l (ordinal, line_number, product_id, product_name, price, quantity)
      where l.ordinal = any (placed)
      group by l.ordinal
    ) as l on l.ordinal = o.ordinal;
  end if;

  if cardinality(placed) is distinct from cardinality(candidates) then
    delete from public.idempotency_keys as k
    using unnest(candidates) as c (ordinal)
    where k.bucket = at_bucket and k.customer_id = order_customers[c.ordinal] and k.key = order_keys[c.ordinal]
      and k.order_id = order_ids[c.ordinal] and (placed is null or c.ordinal <> all (placed));
  end if;

  return query
    select o.ordinal,
      case
        when o.ordinal = any (placed) then 'placed'
        when o.ordinal = any (outdated) then 'prices-changed'
        when o.ordinal = any (replayed) then 'key-used'
        when o.ordinal = any (waiting) then 'pending-order'
        when o.ordinal = any (used) then 'promotion-used'
        when o.ordinal = any (spent) then 'promotion-used-up'
        when o.ordinal = any (candidates) then 'out-of-stock'
        when o.ordinal = any (changed) then 'product-changed'
        else 'cart-changed'
      end,
      to_json(statement_timestamp()) #>> '{}'
    from generate_series(1, cardinality(order_ids)) as o (ordinal);
end
$function$;
CREATE OR REPLACE FUNCTION public.record_order_change(at_bucket smallint, of_customer text, of_order uuid, what_event text, about_what uuid, by_actor text, by_id text, why text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION public.refund_order(at_bucket smallint, of_customer text, of_order uuid, from_statuses text[], new_refund uuid, with_key text, of_amount numeric, back_products text[], back_quantities integer[], back_units text[], back_restocked boolean[], task_seconds integer, by_actor text, by_id text, why text)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION public.release_promotions(at_bucket smallint, given_up_customers text[], given_up_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  perform from public.promotion_allotments as a
  where a.bucket = at_bucket and a.promotion_id in (
    select u.promotion_id
    from unnest(given_up_customers, given_up_ids) as g (customer_id, order_id)
    join public.promotion_uses as u on u.customer_id = g.customer_id and u.order_id = g.order_id
    where u.bucket = at_bucket and u.is_limited
  )
  order by a.promotion_id
  for no key update;

  update public.promotion_allotments as a
  set used = a.used - u.uses
  from (
    select u.promotion_id, count(*)::integer as uses
    from unnest(given_up_customers, given_up_ids) as g (customer_id, order_id)
    join public.promotion_uses as u on u.customer_id = g.customer_id and u.order_id = g.order_id
    where u.bucket = at_bucket and u.is_limited
    group by u.promotion_id
  ) as u
  where a.bucket = at_bucket and a.promotion_id = u.promotion_id;

  delete from public.promotion_uses as u
  using unnest(given_up_customers, given_up_ids) as g (customer_id, order_id)
  where u.bucket = at_bucket and u.customer_id = g.customer_id and u.order_id = g.order_id;
end
$function$;
CREATE OR REPLACE FUNCTION public.request_order_link(at_bucket smallint, of_number text, to_email text, pause_seconds integer)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION public.restock_units(at_bucket smallint, of_customer text, of_order uuid, back_products text[], back_quantities integer[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION public.search_character()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select
    '['
    '\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ede\u1000-\u1049\u1780-\u17d3\u2600-\u27bf\u3005-\u3007'
    '\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf'
    '\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U0001f000-\U0001faff\U00020000-\U0003ffff'
    ']'
$function$;
CREATE OR REPLACE FUNCTION public.search_divide(value text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  separators constant text :=
    '[\u0001-\u0008\u000e-\u001f!-"$-*,-/:-`{-\u007f'
    '\u0080-\u00bf\u00d7\u00f7\u02c2-\u02c5\u02d2-\u02eb\u02ed\u02ef-\u02ff\u0375\u037e'
    '\u0384-\u0385\u0387\u03f6\u0482\u055a-\u055f\u0589-\u058f\u05be\u05c0\u05c3\u05c6'
    '\u05f3-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u06dd-\u06de\u06e9\u06fd-\u06fe\u0700-\u070f'
    '\u07f6-\u07f9\u07fe-\u07ff\u0830-\u083e\u085e\u0888\u0890-\u0891\u08e2\u0964-\u0965\u0970'
    '\u09f2-\u09f3\u09fa-\u09fb\u09fd\u0a76\u0af0-\u0af1\u0b70\u0bf3-\u0bfa\u0c77\u0c7f\u0c84'
    '\u0d4f\u0d79\u0df4\u0e3f\u0e4f\u0e5a-\u0e5b\u0f01-\u0f17\u0f1a-\u0f1f\u0f34\u0f36\u0f38'
    '\u0f3a-\u0f3d\u0f85\u0fbe-\u0fc5\u0fc7-\u0fda\u104a-\u104f\u109e-\u109f\u10fb\u1360-\u1368'
    '\u1390-\u1399\u1400\u166d-\u166e\u1680\u169b-\u169c\u16eb-\u16ed\u1735-\u1736\u17d4-\u17d6'
    '\u17d8-\u17db\u1800-\u180a\u180e\u1940-\u1945\u19de-\u19ff\u1a1e-\u1a1f\u1aa0-\u1aa6'
    '\u1aa8-\u1aad\u1b4e-\u1b4f\u1b5a-\u1b6a\u1b74-\u1b7f\u1bfc-\u1bff\u1c3b-\u1c3f'
    '\u1c7e-\u1c7f\u1cc0-\u1cc7\u1cd3\u1fbd-\u1fc1\u1fcd-\u1fcf\u1fdd-\u1fdf\u1fed-\u1fef'
    '\u1ffd-\u20c1\u2100-\u212e\u213a-\u214d\u214f\u218a-\u24e9\u2500-\u25ff\u27c0-\u2bff'
    '\u2ce5-\u2cea\u2cf9-\u2cfc\u2cfe-\u2cff\u2d70\u2e00-\u2e2e\u2e30-\u3004\u3008-\u3020\u3030'
    '\u3036-\u3037\u303d-\u303f\u309b-\u309c\u30a0\u30fb\u3190-\u319f\u31c0-\u31ef\u3200-\u3247'
    '\u3250-\u33ff\u4dc0-\u4dff\ua490-\ua4c6\ua4fe-\ua4ff\ua60d-\ua60f\ua673\ua67e\ua6f2-\ua716'
    '\ua720-\ua721\ua789-\ua78a\ua828-\ua82b\ua836-\ua839\ua874-\ua877\ua8ce-\ua8cf'
    '\ua8f8-\ua8fa\ua8fc\ua92e-\ua92f\ua95f\ua9c1-\ua9cd\ua9de-\ua9df\uaa5c-\uaa5f\uaa77-\uaa79'
    '\uaade-\uaadf\uaaf0-\uaaf1\uab5b\uab6a-\uab6b\uabeb\ue000-\uf8ff\ufb29-\ufdff\ufe10-\ufe19'
    '\ufe30-\ufe6b\ufeff-\ufffd'
    ']+';
  divided text := public.search_fold(value);
begin
  if octet_length(divided) = char_length(divided) then
    divided := regexp_replace(divided, '[^a-z0-9+# \t-\r]', E'\x01', 'g');
    if divided ~ '[\t-\r]' then
      divided := translate(divided, E'\t\n\v\f\r', '     ');
    end if;
  else
    divided := regexp_replace(regexp_replace(divided, '\s', ' ', 'g'), separators, E'\x01', 'g');
  end if;
  if strpos(divided, '+') + strpos(divided, '#') > 0 then
    -- A sign belongs to the word before it, whatever follows.
    if octet_length(divided) <> char_length(divided) then
      divided := regexp_replace(divided, '(?<=' || public.search_character() || ')[+#]+', E'\x01', 'g');
    end if;
    divided := regexp_replace(divided, '(?<![^ \u0001])[+#]+', E'\x01', 'g');
    divided := regexp_replace(divided, '(?<=[+#])(?=[^+# \u0001])', E'\x01', 'g');
  end if;
  if divided ~ '[0-9]' then
    divided := regexp_replace(
      divided, '(?<=[0-9])(?=[^0-9\u0001 +#])|(?<=[^0-9\u0001 ])(?=[0-9])', E'\x01', 'g'
    );
  end if;
  return divided;
end
$function$;
CREATE OR REPLACE FUNCTION public.search_fold(value text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  -- Accents and vowel points, joiners, soft hyphens, variation selectors.
  marks constant text :=
    '[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a'
    '\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u093c\u09bc\u0a3c\u0b3c\u1ab0-\u1aff'
    '\u1dc0-\u1dff\u200b-\u200f\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+';
  folded text;
begin
  if octet_length(value) = char_length(value) then
    return lower(value collate "C");
  end if;
  folded := lower(normalize(translate(value, '™℠ʼ', '  '''), nfkc) collate "und-x-icu");
  folded := regexp_replace(normalize(folded, nfkd), marks, '', 'g');
  -- Letters that Unicode does not take apart, final sigma, dotless i, the sign in "10 × 15".
  if folded ~ '[ςıłøđðħŧŋƀɍȼɇǥɉⱥⱦƶɏƚґ×ßæœþ]' then
    folded := translate(folded, 'ςıłøđðħŧŋƀɍȼɇǥɉⱥⱦƶɏƚґ×', 'σiloddhtnbrcegjatzylгx');
    folded := replace(replace(replace(replace(folded, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
  end if;
  -- Arabic forms, digits.
  if folded ~ '[ىٱةکی٠-٩۰-۹०-९๐-๙]' then
    folded := translate(folded, 'ىٱةکی٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९๐๑๒๓๔๕๖๗๘๙',
      'ياهكي0123456789012345678901234567890123456789');
  end if;
  -- Hindi writes a nasal before a consonant in several ways: "हिन्दी", "हिंदी", "हिँदी". Each becomes the longest: a
  -- spelling that depended on the next letter would change while a shopper types.
  if folded ~ '[\u0901\u0902]' then
    folded := replace(replace(folded, E'\u0901', E'\u0928\u094d'), E'\u0902', E'\u0928\u094d');
  end if;
  return normalize(folded, nfc);
end
$function$;
CREATE OR REPLACE FUNCTION public.search_forms(word text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select coalesce(string_agg(distinct ' | ' || quote_literal(f.form), ''), '')
  from (
    select (ts_lexize('pg_catalog.english_stem', word))[1]
    union all
    select regexp_replace(word, 'ves$', 'f') where word ~ '(l|ar|oo|ea|oa|ie)ves$'
    union all
    select regexp_replace(word, 'f$', 'ves') where word ~ '(l|ar|oo|ea|oa|ie)f$'
    union all
    select regexp_replace(word, 'ves$', 'fe') where word ~ '(kn|l|w)ives$'
    union all
    select regexp_replace(word, 'fe$', 'ves') where word ~ '(kn|l|w)ife$'
    union all
    select case when word = i.one then i.many else i.one end
    from (
      values ('man', 'men'), ('woman', 'women'), ('child', 'children'), ('mouse', 'mice'),
        ('foot', 'feet'), ('tooth', 'teeth'), ('goose', 'geese')
    ) as i (one, many)
    where word in (i.one, i.many)
  ) as f (form)
  where f.form <> word and f.form <> ''
$function$;
CREATE OR REPLACE FUNCTION public.search_parts(value text)
 RETURNS TABLE(chunk bigint, place bigint, part text, lexeme text, is_character boolean)
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT ROWS 20
AS $function$
declare
  character constant text := public.search_character();
begin
  return query
    with found as (
      select chunks.number, row_number() over () as place, left(parts.part, 64) as part,
        parts.part ~ ('^' || character || '$') as is_character
      from string_to_table(
          regexp_replace(public.search_divide(value), '(' || character || ')', E'\x01\\1\x01', 'g'), ' '
        ) with ordinality as chunks (chunk, number),
        string_to_table(chunks.chunk, E'\x01') as parts (part)
      where parts.part <> ''
    )
    select f.number, f.place, f.part,
      f.part || case
        when f.is_character and lead(f.is_character) over neighbors
          then lead(f.part) over neighbors
        else ''
      end,
      f.is_character
    from found as f
    window neighbors as (partition by f.number order by f.place);
end
$function$;
CREATE OR REPLACE FUNCTION public.search_query(value text, exact boolean)
 RETURNS tsquery
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  open_end constant text := case when exact then '' else ':*' end;
  folded text;
  apart text;
begin
  -- Two words with a slash between them may stand apart, but not "A/C", "24/7" or "ABC/123".
  if not exact and value ~ '[/／]' then
    folded := public.search_fold(value);
    apart := regexp_replace(
      folded, '(?<=[^\u0001-`{-\u00bf]{2})/(?=[^\u0001-`{-\u00bf])', ' ', 'g'
    );
    if apart <> folded then
      return public.search_query(translate(folded, '/', '-'), exact) || public.search_query(apart, exact);
    end if;
  end if;
  return (
    with parts as (
      select p.*,
        coalesce(lag(p.is_character) over neighbors, false) as follows_character,
        count(*) over (partition by p.chunk) > 1 as is_compound
      from public.search_parts(value) as p
      where p.place <= 16
      window neighbors as (partition by p.chunk order by p.place)
    ), wanted as (
      -- "salt and pepper" finds "Salt & Pepper".
      select p.* from parts as p
      where exact or p.is_compound or p.part not in ('and', 'und', 'et') or p.chunk in (
        select min(chunk) from parts union all select max(chunk) from parts
      )
    ), kept as (
      -- The last character of several is in the pair before.
      select p.chunk, p.place, rtrim(p.part, '+#') as part, p.is_character,
        case when p.is_compound then rtrim(p.lexeme, '+#') else p.lexeme end as lexeme,
        row_number() over neighbors as number,
        lag(p.is_character) over neighbors as previous_is_character,
        lead(p.place) over neighbors is null
          and (p.is_character or char_length(p.part) > 1
            or p.chunk = max(p.chunk) over ()) as has_open_end
      from wanted as p
      where not (p.is_character and p.follows_character and p.lexeme = p.part)
      window neighbors as (partition by p.chunk order by p.place)
    ), chunks as (
      select string_agg(
          case
            when k.number = 1 then ''
            when k.is_character = k.previous_is_character then ' <-> '
            else ' & '
          end || quote_literal(k.lexeme) || case
            -- Cut by search_parts.
            when char_length(k.part) = 64 then ':*'
            when k.has_open_end then open_end
            else ''
          end,
          '' order by k.place
        ) as neighbors,
        public.search_whole(array_agg(k.part order by k.place), bool_or(k.is_character)) as whole,
        case when count(*) = 1 and not exact then public.search_forms(min(k.lexeme)) end as forms
      from kept as k
      group by k.chunk
    )
    select string_agg(
        distinct '((' || c.neighbors || ')'
          || coalesce(' | ' || quote_literal(c.whole) || open_end
            || case when exact then '' else public.search_forms(c.whole) end, '')
          || coalesce(c.forms, '') || ')',
        ' & '
      )::tsquery
    from chunks as c
  );
end
$function$;
CREATE OR REPLACE FUNCTION public.search_vector(value text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  divided constant text := public.search_divide(value);
  -- A part is at its place without its signs.
  plain constant text := case
    when strpos(divided, '+') + strpos(divided, '#') > 0 then translate(divided, '+#', '')
    else divided
  end;
  character constant text := public.search_character();
  is_ascii constant boolean := octet_length(plain) = char_length(plain);
  has_characters constant boolean := not is_ascii and plain ~ character;
  words text := replace(plain, E'\x01', ' ');
  parts tsvector;
  wholes text;
begin
  if plain ~ '[^ \u0001]\u0001+[^ \u0001]' then
    wholes := (
      select string_agg('''' || left(replace(c.chunk[1], E'\x01', ''), 64) || ''':2A', ' ')
      from regexp_matches(plain, '[^ \u0001]+\u0001+[^ \u0001][^ ]*', 'g') as c (chunk)
      where c.chunk[1] !~ '(^|\u0001)[0-9]+\u0001+([0-9]{1,2}|[0-9]{4,})(\u0001|$)'
        and not (has_characters and c.chunk[1] ~ character)
    );
  end if;
  if plain <> divided then
    wholes := (
      select concat_ws(' ', wholes, string_agg('''' || left(s.word[1], 64) || ''':2A', ' '))
      from regexp_matches(divided, '[^ \u0001' || substr(character, 2) || '+[+#]+', 'g') as s (word)
    );
  end if;
  if not is_ascii then
    if has_characters then
      -- U+0002 marks a character that another one follows.
      words := regexp_replace(
        plain, '(' || character || ')(?=\u0001*' || character || ')', E' \x02\\1 ', 'g'
      );
      words := regexp_replace(words, '(?<!\u0002)(' || character || ')', E' \\1 ', 'g');
    end if;
    parts := (
      select coalesce(string_agg('''' || p.lexeme || ''':' || p.place || 'A', ' '), '')::tsvector
      from (
        select s.place, case
            when s.part ^@ E'\x02' then substr(s.part, 2) || ltrim(lead(s.part) over (), E'\x02')
            else left(s.part, 64)
          end as lexeme
        from string_to_table(trim(regexp_replace(words, '[ \u0001]+', ' ', 'g')), ' ')
          with ordinality as s (part, place)
      ) as p
      where p.lexeme <> ''
    );
    -- Characters have no stems.
    words := replace(
      case when has_characters then regexp_replace(plain, character || '+', ' ', 'g') else plain end,
      E'\x01', ' '
    );
  end if;
  -- PostgreSQL omits words of 2 kB.
  if char_length(words) > 2000 then
    words := regexp_replace(words, '([^ ]{64})[^ ]+', E'\\1', 'g');
  end if;
  -- PostgreSQL's own parser finds the parts of ASCII. "a" is a stop word: it keeps the stems from the parts.
  return coalesce(parts, setweight(to_tsvector('pg_catalog.simple', words), 'A'))
    || to_tsvector('pg_catalog.english', 'a ' || words) || coalesce(wholes, '')::tsvector;
end
$function$;
CREATE OR REPLACE FUNCTION public.search_whole(parts text[], has_characters boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select left(array_to_string(parts, ''), 64)
  where array_length(parts, 1) > 1 and not has_characters
    and array_to_string(parts, ' ') !~ '(^| )[0-9]+ ([0-9]{1,2}|[0-9]{4,})( |$)'
$function$;
CREATE OR REPLACE FUNCTION public.settle_orders(at_bucket smallint, settled_customers text[], settled_ids uuid[], settled_statuses text[], settled_payment_statuses text[], settled_references text[], settled_reasons text[], settled_actors text[], response_keys text[], response_statuses integer[], response_headers jsonb[], response_bodies text[])
 RETURNS TABLE(ordinal integer)
 LANGUAGE plpgsql
AS $function$
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
$function$;
CREATE OR REPLACE FUNCTION public.spent_promotions(at_bucket smallint, candidates integer[], use_ordinals integer[], use_promotions text[], use_limited boolean[])
 RETURNS integer[]
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
declare
  limited text[];
  available integer[];
begin
  select array_agg(a.promotion_id), array_agg(a.available) into limited, available
  from (
    select a.promotion_id, a.allotted - a.used as available
    from public.promotion_allotments as a
    where a.bucket = at_bucket and a.promotion_id = any (
      select u.promotion_id
      from unnest(use_ordinals, use_promotions, use_limited) as u (ordinal, promotion_id, is_limited)
      where u.is_limited and u.ordinal = any (candidates)
    )
    order by a.promotion_id
    for no key update
  ) as a;

  return (
    select array_agg(distinct d.ordinal)
    from (
      select u.ordinal, u.promotion_id, count(*) over (partition by u.promotion_id order by u.ordinal) as demand
      from unnest(use_ordinals, use_promotions, use_limited) as u (ordinal, promotion_id, is_limited)
      where u.is_limited and u.ordinal = any (candidates)
    ) as d
    left join unnest(limited, available) as a (promotion_id, available) on a.promotion_id = d.promotion_id
    where d.demand > coalesce(a.available, 0)
  );
end
$function$;
CREATE OR REPLACE FUNCTION public.use_promotions(at_bucket smallint, order_customers text[], order_ids uuid[], placed integer[], use_ordinals integer[], used_promotions text[], use_codes text[], use_limited boolean[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  update public.promotion_allotments as a
  set used = a.used + u.uses
  from (
    select u.promotion_id, count(*)::integer as uses
    from unnest(use_ordinals, used_promotions, use_limited) as u (ordinal, promotion_id, is_limited)
    where u.is_limited and u.ordinal = any (placed)
    group by u.promotion_id
  ) as u
  where a.bucket = at_bucket and a.promotion_id = u.promotion_id;

  insert into public.promotion_uses (bucket, customer_id, order_id, promotion_id, code, is_limited)
  select at_bucket, order_customers[u.ordinal], order_ids[u.ordinal], u.promotion_id, u.code, u.is_limited
  from unnest(use_ordinals, used_promotions, use_codes, use_limited)
    as u (ordinal, promotion_id, code, is_limited)
  where u.ordinal = any (placed);
end
$function$;
CREATE OR REPLACE FUNCTION public.used_promotions(at_bucket smallint, order_customers text[], locked integer[], use_ordinals integer[], use_promotions text[], use_customer_limits integer[], use_first_orders boolean[])
 RETURNS integer[]
 LANGUAGE plpgsql
AS $function$
#variable_conflict use_column
begin
  return (
    select array_agg(distinct u.ordinal)
    from unnest(use_ordinals, use_promotions, use_customer_limits, use_first_orders)
      as u (ordinal, promotion_id, customer_limit, is_first_order)
    where u.ordinal = any (locked) and (
      u.is_first_order and exists (
        select from public.orders as o
        where o.bucket = at_bucket and o.customer_id = order_customers[u.ordinal]
          and o.status not in ('payment_failed', 'expired', 'cancelled')
      )
      or u.customer_limit <= (
        select count(*) from public.promotion_uses as p
        where p.bucket = at_bucket and p.customer_id = order_customers[u.ordinal]
          and p.promotion_id = u.promotion_id
      )
    )
  );
end
$function$;

create table public.buckets (
  bucket smallint not null,
  constraint buckets_pkey PRIMARY KEY (bucket),
  constraint buckets_bucket_check CHECK ((bucket >= 0))
);

create table public.cart_codes (
  bucket smallint not null,
  customer_id text not null,
  code text not null,
  added_at timestamp with time zone default now() not null,
  constraint cart_codes_pkey PRIMARY KEY (bucket, customer_id, code),
  constraint cart_codes_code_check CHECK (((char_length(code) >= 1) AND (char_length(code) <= 50)))
);

create table public.cart_items (
  customer_id text not null,
  product_id text not null,
  product_name text not null,
  price numeric(10,2) not null,
  quantity integer not null,
  added_at timestamp with time zone default now() not null,
  image_url text,
  bucket smallint default 0 not null,
  constraint cart_items_pkey PRIMARY KEY (bucket, customer_id, product_id),
  constraint cart_items_price_check CHECK (((price >= (0)::numeric) AND (price <= 99999999.99))),
  constraint cart_items_product_name_check CHECK (((char_length(product_name) >= 1) AND (char_length(product_name) <= 255))),
  constraint cart_items_quantity_check CHECK (((quantity >= 1) AND (quantity <= 99)))
);

create table public.carts (
  customer_id text not null,
  version bigint not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  seen_at timestamp with time zone,
  bucket smallint default 0 not null,
  constraint carts_pkey PRIMARY KEY (bucket, customer_id),
  constraint carts_customer_id_check CHECK (((char_length(customer_id) >= 1) AND (char_length(customer_id) <= 255))),
  constraint carts_version_check CHECK ((version > 0))
);

create table public.delivery_options (
  option_id text not null,
  "position" integer not null,
  name text not null,
  tiers_by text not null,
  max numeric(14,2),
  free_from numeric(14,2),
  tax_category text,
  min_days integer,
  max_days integer,
  constraint delivery_options_pkey PRIMARY KEY (option_id),
  constraint delivery_options_check CHECK ((max_days >= min_days)),
  constraint delivery_options_check1 CHECK (((min_days IS NULL) = (max_days IS NULL))),
  constraint delivery_options_free_from_check CHECK ((free_from >= (0)::numeric)),
  constraint delivery_options_max_check CHECK ((max >= (0)::numeric)),
  constraint delivery_options_min_days_check CHECK ((min_days >= 0)),
  constraint delivery_options_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
  constraint delivery_options_option_id_check CHECK (((char_length(option_id) >= 1) AND (char_length(option_id) <= 50))),
  constraint delivery_options_tax_category_check CHECK (((char_length(tax_category) >= 1) AND (char_length(tax_category) <= 100))),
  constraint delivery_options_tiers_by_check CHECK ((tiers_by = ANY (ARRAY['weight'::text, 'subtotal'::text])))
);

create table public.delivery_places (
  option_id text not null,
  country text not null,
  region text not null,
  constraint delivery_places_pkey PRIMARY KEY (option_id, country, region),
  constraint delivery_places_country_check CHECK ((country ~ '^([A-Z]{2})?$'::text)),
  constraint delivery_places_region_check CHECK ((char_length(region) <= 100))
);

create table public.delivery_tiers (
  option_id text not null,
  starts_at numeric(14,2) not null,
  price numeric(10,2) not null,
  constraint delivery_tiers_pkey PRIMARY KEY (option_id, starts_at),
  constraint delivery_tiers_price_check CHECK (((price >= (0)::numeric) AND (price <= 99999999.99))),
  constraint delivery_tiers_starts_at_check CHECK ((starts_at >= (0)::numeric))
);

create table public.idempotency_keys (
  customer_id text not null,
  key text not null,
  fingerprint text not null,
  order_id uuid,
  status integer,
  headers jsonb,
  body text,
  created_at timestamp with time zone default now() not null,
  bucket smallint default 0 not null,
  constraint idempotency_keys_pkey PRIMARY KEY (bucket, customer_id, key),
  constraint idempotency_keys_check CHECK ((num_nulls(status, headers, body) = ANY (ARRAY[0, 3]))),
  constraint idempotency_keys_check1 CHECK (((status IS NOT NULL) OR (order_id IS NOT NULL))),
  constraint idempotency_keys_customer_id_check CHECK (((char_length(customer_id) >= 1) AND (char_length(customer_id) <= 255))),
  constraint idempotency_keys_fingerprint_check CHECK ((char_length(fingerprint) = 64)),
  constraint idempotency_keys_headers_check CHECK ((jsonb_typeof(headers) = 'object'::text)),
  constraint idempotency_keys_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255))),
  constraint idempotency_keys_status_check CHECK (((status >= 200) AND (status <= 499)))
);

create table public.inventory (
  product_id text not null,
  on_hand integer not null,
  updated_at timestamp with time zone default now() not null,
  bucket smallint default 0 not null,
  held integer default 0 not null,
  sold bigint default 0 not null,
  constraint inventory_pkey PRIMARY KEY (bucket, product_id),
  constraint inventory_held_check CHECK (((held >= 0) AND (held <= on_hand))),
  constraint inventory_on_hand_check CHECK ((on_hand >= 0)),
  constraint inventory_sold_check CHECK ((sold >= 0))
);

create table public.low_stock (
  bucket smallint not null,
  product_id text not null,
  since timestamp with time zone default now() not null,
  constraint low_stock_pkey PRIMARY KEY (bucket, product_id)
);

create table public.markets (
  country text not null,
  prices_include_tax boolean not null,
  constraint markets_pkey PRIMARY KEY (country),
  constraint markets_country_check CHECK ((country ~ '^([A-Z]{2})?$'::text))
);

create table public.order_deliveries (
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  option_id text not null,
  name text not null,
  min_days integer,
  max_days integer,
  constraint order_deliveries_pkey PRIMARY KEY (bucket, customer_id, order_id)
);

create table public.order_discounts (
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  "position" integer not null,
  promotion_id text not null,
  name text not null,
  code text,
  line_number integer,
  amount numeric(14,2) not null,
  constraint order_discounts_pkey PRIMARY KEY (bucket, customer_id, order_id, "position"),
  constraint order_discounts_amount_check CHECK ((amount > (0)::numeric)),
  constraint order_discounts_position_check CHECK (("position" > 0))
);

create table public.order_fulfilment_lines (
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  fulfilment_id uuid not null,
  line_number integer not null,
  quantity integer not null,
  constraint order_fulfilment_lines_pkey PRIMARY KEY (bucket, customer_id, order_id, fulfilment_id, line_number),
  constraint order_fulfilment_lines_quantity_check CHECK ((quantity > 0))
);

create table public.order_fulfilments (
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  fulfilment_id uuid not null,
  key text,
  carrier text,
  tracking_number text,
  tracking_url text,
  created_at timestamp with time zone not null,
  delivered_at timestamp with time zone,
  constraint order_fulfilments_pkey PRIMARY KEY (bucket, customer_id, order_id, fulfilment_id),
  constraint order_fulfilments_bucket_customer_id_order_id_key_key UNIQUE (bucket, customer_id, order_id, key),
  constraint order_fulfilments_carrier_check CHECK (((char_length(carrier) >= 1) AND (char_length(carrier) <= 100))),
  constraint order_fulfilments_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255))),
  constraint order_fulfilments_tracking_number_check CHECK (((char_length(tracking_number) >= 1) AND (char_length(tracking_number) <= 100))),
  constraint order_fulfilments_tracking_url_check CHECK (((char_length(tracking_url) >= 1) AND (char_length(tracking_url) <= 2000)))
);

create table public.order_history (
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  sequence smallint not null,
  status text not null,
  actor text not null,
  actor_id text,
  reason text,
  at timestamp with time zone not null,
  event text,
  about uuid,
  constraint order_history_pkey PRIMARY KEY (bucket, customer_id, order_id, sequence),
  constraint order_history_actor_check CHECK ((actor = ANY (ARRAY['customer'::text, 'staff'::text, 'provider'::text, 'system'::text]))),
  constraint order_history_actor_id_check CHECK (((char_length(actor_id) >= 1) AND (char_length(actor_id) <= 255))),
  constraint order_history_event_check CHECK (((char_length(event) >= 1) AND (char_length(event) <= 50))),
  constraint order_history_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 1000))),
  constraint order_history_sequence_check CHECK ((sequence > 0))
);

create table public.order_items (
  customer_id text not null,
  order_id uuid not null,
  line_number integer not null,
  product_id text not null,
  product_name text not null,
  price numeric(10,2) not null,
  quantity integer not null,
  subtotal numeric(14,2) not null,
  image_url text,
  bucket smallint default 0 not null,
  fulfilled integer default 0 not null,
  cancelled integer default 0 not null,
  returned integer default 0 not null,
  restocked integer default 0 not null,
  constraint order_items_pkey PRIMARY KEY (bucket, customer_id, order_id, line_number),
  constraint order_items_check CHECK ((subtotal = (price * (quantity)::numeric))),
  constraint order_items_line_number_check CHECK ((line_number > 0)),
  constraint order_items_price_check CHECK (((price >= (0)::numeric) AND (price <= 99999999.99))),
  constraint order_items_quantity_check CHECK (((quantity >= 1) AND (quantity <= 99))),
  constraint order_items_units_check CHECK (((fulfilled >= 0) AND (cancelled >= 0) AND ((fulfilled + cancelled) <= quantity) AND ((returned >= 0) AND (returned <= fulfilled)) AND ((restocked >= 0) AND (restocked <= (cancelled + returned)))))
);

create table public.order_taxes (
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  "position" integer not null,
  name text not null,
  rate numeric(7,4) not null,
  is_included boolean not null,
  amount numeric(14,2) not null,
  constraint order_taxes_pkey PRIMARY KEY (bucket, customer_id, order_id, "position"),
  constraint order_taxes_amount_check CHECK ((amount >= (0)::numeric)),
  constraint order_taxes_position_check CHECK (("position" > 0))
);

create table public.orders (
  customer_id text not null,
  order_id uuid not null,
  status text not null,
  currency text not null,
  subtotal numeric(14,2) not null,
  discount numeric(14,2) not null,
  shipping numeric(14,2) not null,
  tax numeric(14,2) not null,
  total numeric(14,2) not null,
  email text not null,
  shipping_address jsonb not null,
  billing_address jsonb not null,
  payment_provider text not null,
  payment_status text not null,
  payment_reference text not null,
  created_at timestamp with time zone default now() not null,
  bucket smallint default 0 not null,
  number text,
  locale text,
  constraint orders_pkey PRIMARY KEY (bucket, customer_id, order_id),
  constraint orders_billing_address_check CHECK ((jsonb_typeof(billing_address) = 'object'::text)),
  constraint orders_check CHECK (((total >= (0)::numeric) AND (total = (((subtotal - discount) + shipping) + tax)))),
  constraint orders_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint orders_customer_id_check CHECK (((char_length(customer_id) >= 1) AND (char_length(customer_id) <= 255))),
  constraint orders_discount_check CHECK (((discount >= (0)::numeric) AND (discount <= 999999999999.99))),
  constraint orders_email_check CHECK (((char_length(email) >= 3) AND (char_length(email) <= 254))),
  constraint orders_locale_check CHECK ((locale ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$'::text)),
  constraint orders_number_check CHECK ((number ~ '^CH-[0-9A-Z]{4}-[0-9A-Z]{4}$'::text)),
  constraint orders_payment_status_check CHECK ((payment_status = ANY (ARRAY['pending'::text, 'authorized'::text, 'captured'::text, 'failed'::text, 'voided'::text, 'partly_refunded'::text, 'refunded'::text]))),
  constraint orders_shipping_address_check CHECK ((jsonb_typeof(shipping_address) = 'object'::text)),
  constraint orders_shipping_check CHECK (((shipping >= (0)::numeric) AND (shipping <= 999999999999.99))),
  constraint orders_status_check CHECK ((status = ANY (ARRAY['pending_payment'::text, 'paid'::text, 'partly_fulfilled'::text, 'fulfilled'::text, 'delivered'::text, 'payment_failed'::text, 'expired'::text, 'cancelled'::text, 'confirmed'::text]))),
  constraint orders_subtotal_check CHECK (((subtotal >= (0)::numeric) AND (subtotal <= 999999999999.99))),
  constraint orders_tax_check CHECK (((tax >= (0)::numeric) AND (tax <= 999999999999.99)))
);

create table public.outbox (
  bucket smallint not null,
  aggregate text not null,
  sequence bigint not null,
  event_id uuid default gen_random_uuid() not null,
  type text not null,
  data jsonb not null,
  created_at timestamp with time zone default now() not null,
  routed_at timestamp with time zone,
  constraint outbox_pkey PRIMARY KEY (bucket, aggregate, sequence),
  constraint outbox_aggregate_check CHECK (((char_length(aggregate) >= 3) AND (char_length(aggregate) <= 300))),
  constraint outbox_bucket_check CHECK ((bucket >= 0)),
  constraint outbox_data_check CHECK ((jsonb_typeof(data) = 'object'::text)),
  constraint outbox_sequence_check CHECK ((sequence > 0)),
  constraint outbox_type_check CHECK ((type ~ '^[a-z]+\.[a-z_]+$'::text))
);

create table public.outbox_deliveries (
  bucket smallint not null,
  sink text not null,
  aggregate text not null,
  sequence bigint not null,
  state text default 'pending'::text not null,
  attempts integer default 0 not null,
  next_attempt_at timestamp with time zone default now() not null,
  claim uuid,
  last_error text,
  ended_at timestamp with time zone,
  constraint outbox_deliveries_pkey PRIMARY KEY (bucket, sink, aggregate, sequence),
  constraint outbox_deliveries_attempts_check CHECK ((attempts >= 0)),
  constraint outbox_deliveries_check CHECK (((state = 'pending'::text) = (ended_at IS NULL))),
  constraint outbox_deliveries_last_error_check CHECK ((char_length(last_error) <= 500)),
  constraint outbox_deliveries_sink_check CHECK (((char_length(sink) >= 1) AND (char_length(sink) <= 50))),
  constraint outbox_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text])))
);

create table public.payment_tasks (
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  task_id uuid not null,
  kind text not null,
  due_at timestamp with time zone not null,
  attempts integer default 0 not null,
  open_until timestamp with time zone not null,
  created_at timestamp with time zone not null,
  constraint payment_tasks_pkey PRIMARY KEY (bucket, customer_id, order_id, task_id),
  constraint payment_tasks_attempts_check CHECK ((attempts >= 0)),
  constraint payment_tasks_kind_check CHECK ((kind = ANY (ARRAY['capture'::text, 'void'::text, 'refund'::text])))
);

create table public.payments (
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  attempt smallint not null,
  provider text not null,
  status text not null,
  reference text,
  amount numeric(14,2) not null,
  refunded numeric(14,2) default 0 not null,
  currency text not null,
  failure text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint payments_pkey PRIMARY KEY (bucket, customer_id, order_id, attempt),
  constraint payments_amount_check CHECK (((amount >= (0)::numeric) AND (amount <= 999999999999.99))),
  constraint payments_attempt_check CHECK ((attempt > 0)),
  constraint payments_check CHECK (((refunded >= (0)::numeric) AND (refunded <= amount))),
  constraint payments_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint payments_failure_check CHECK (((char_length(failure) >= 1) AND (char_length(failure) <= 1000))),
  constraint payments_provider_check CHECK (((char_length(provider) >= 1) AND (char_length(provider) <= 50))),
  constraint payments_reference_check CHECK (((char_length(reference) >= 1) AND (char_length(reference) <= 255))),
  constraint payments_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'authorized'::text, 'captured'::text, 'failed'::text, 'voided'::text, 'partly_refunded'::text, 'refunded'::text])))
);

create table public.pricing_rules (
  is_only boolean default true not null,
  version bigint not null,
  rounding text not null,
  tax_rounded_per text not null,
  constraint pricing_rules_pkey PRIMARY KEY (is_only),
  constraint pricing_rules_is_only_check CHECK (is_only),
  constraint pricing_rules_rounding_check CHECK ((rounding = ANY (ARRAY['half-up'::text, 'half-even'::text]))),
  constraint pricing_rules_tax_rounded_per_check CHECK ((tax_rounded_per = ANY (ARRAY['line'::text, 'order'::text]))),
  constraint pricing_rules_version_check CHECK ((version > 0))
);

create table public.product_words (
  word text collate pg_catalog."C" not null,
  constraint product_words_pkey PRIMARY KEY (word)
);

create table public.products (
  product_id text not null,
  product_name text not null,
  description text not null,
  category text not null,
  price numeric(10,2) not null,
  image_url text not null,
  search tsvector generated always as (((setweight(to_tsvector('english'::regconfig, product_name), 'A'::"char") || setweight(to_tsvector('english'::regconfig, category), 'B'::"char")) || setweight(to_tsvector('english'::regconfig, description), 'C'::"char"))) stored not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  withdrawn_at timestamp with time zone,
  name_words tsvector,
  all_words tsvector,
  weight_grams integer default 0 not null,
  constraint products_pkey PRIMARY KEY (product_id),
  constraint products_category_check CHECK (((char_length(category) >= 1) AND (char_length(category) <= 100))),
  constraint products_description_check CHECK ((char_length(description) <= 4000)),
  constraint products_image_url_check CHECK (((char_length(image_url) >= 1) AND (char_length(image_url) <= 2000))),
  constraint products_price_check CHECK (((price >= (0)::numeric) AND (price <= 99999999.99))),
  constraint products_product_id_check CHECK (((char_length(product_id) >= 1) AND (char_length(product_id) <= 255))),
  constraint products_product_name_check CHECK (((char_length(product_name) >= 1) AND (char_length(product_name) <= 255))),
  constraint products_weight_grams_check CHECK (((weight_grams >= 0) AND (weight_grams <= 1000000)))
);

create table public.promotion_allotments (
  bucket smallint not null,
  promotion_id text not null,
  allotted integer not null,
  used integer default 0 not null,
  constraint promotion_allotments_pkey PRIMARY KEY (bucket, promotion_id),
  constraint promotion_allotments_check CHECK (((used >= 0) AND (used <= allotted)))
);

create table public.promotion_codes (
  code text not null,
  promotion_id text not null,
  constraint promotion_codes_pkey PRIMARY KEY (code),
  constraint promotion_codes_code_check CHECK (((char_length(code) >= 1) AND (char_length(code) <= 50)))
);

create table public.promotion_uses (
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  promotion_id text not null,
  code text,
  is_limited boolean not null,
  constraint promotion_uses_pkey PRIMARY KEY (bucket, customer_id, order_id, promotion_id)
);

create table public.promotions (
  promotion_id text not null,
  name text not null,
  kind text not null,
  percent numeric(7,4),
  amount numeric(10,2),
  buy integer,
  get integer,
  delivery_options text[] not null,
  products text[] not null,
  categories text[] not null,
  minimum numeric(14,2) not null,
  valid_from timestamp with time zone,
  valid_until timestamp with time zone,
  first_order_only boolean not null,
  total_limit integer,
  customer_limit integer,
  is_exclusive boolean not null,
  priority integer not null,
  constraint promotions_pkey PRIMARY KEY (promotion_id),
  constraint promotions_amount_check CHECK (((amount >= (0)::numeric) AND (amount <= 99999999.99))),
  constraint promotions_buy_check CHECK (((buy >= 1) AND (buy <= 99))),
  constraint promotions_check CHECK ((valid_until > valid_from)),
  constraint promotions_check1 CHECK (
CASE kind
    WHEN 'percentage'::text THEN (percent IS NOT NULL)
    WHEN 'amount'::text THEN (amount IS NOT NULL)
    WHEN 'buy-x-get-y'::text THEN ((percent IS NOT NULL) AND (buy IS NOT NULL) AND (get IS NOT NULL))
    ELSE true
END),
  constraint promotions_customer_limit_check CHECK ((customer_limit > 0)),
  constraint promotions_get_check CHECK (((get >= 1) AND (get <= 99))),
  constraint promotions_kind_check CHECK ((kind = ANY (ARRAY['percentage'::text, 'amount'::text, 'free-delivery'::text, 'buy-x-get-y'::text]))),
  constraint promotions_minimum_check CHECK ((minimum >= (0)::numeric)),
  constraint promotions_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
  constraint promotions_percent_check CHECK (((percent >= (0)::numeric) AND (percent <= (100)::numeric))),
  constraint promotions_promotion_id_check CHECK (((char_length(promotion_id) >= 1) AND (char_length(promotion_id) <= 50))),
  constraint promotions_total_limit_check CHECK ((total_limit > 0))
);

create table public.refunds (
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  refund_id uuid not null,
  key text,
  attempt smallint not null,
  amount numeric(14,2) not null,
  currency text not null,
  status text not null,
  lines jsonb not null,
  reference text,
  failure text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint refunds_pkey PRIMARY KEY (bucket, customer_id, order_id, refund_id),
  constraint refunds_bucket_customer_id_order_id_key_key UNIQUE (bucket, customer_id, order_id, key),
  constraint refunds_amount_check CHECK (((amount > (0)::numeric) AND (amount <= 999999999999.99))),
  constraint refunds_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint refunds_failure_check CHECK (((char_length(failure) >= 1) AND (char_length(failure) <= 1000))),
  constraint refunds_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255))),
  constraint refunds_lines_check CHECK ((jsonb_typeof(lines) = 'array'::text)),
  constraint refunds_reference_check CHECK (((char_length(reference) >= 1) AND (char_length(reference) <= 255))),
  constraint refunds_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'succeeded'::text, 'failed'::text])))
);

create table public.schema_version (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  duration_ms integer not null,
  breaking boolean default false not null,
  constraint schema_version_pkey PRIMARY KEY (version),
  constraint schema_version_duration_ms_check CHECK ((duration_ms >= 0)),
  constraint schema_version_version_check CHECK ((version > 0))
);

create table public.stock_holds (
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  expires_at timestamp with time zone not null,
  next_look_at timestamp with time zone default '-infinity'::timestamp with time zone not null,
  constraint stock_holds_pkey PRIMARY KEY (bucket, customer_id, order_id)
);

create table public.tax_rules (
  name text not null,
  country text not null,
  region text not null,
  category text not null,
  rate numeric(7,4) not null,
  constraint tax_rules_pkey PRIMARY KEY (name, country, region, category),
  constraint tax_rules_category_check CHECK ((char_length(category) <= 100)),
  constraint tax_rules_check CHECK (((region = ''::text) OR (country <> ''::text))),
  constraint tax_rules_country_check CHECK ((country ~ '^([A-Z]{2})?$'::text)),
  constraint tax_rules_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 50))),
  constraint tax_rules_rate_check CHECK (((rate >= (0)::numeric) AND (rate <= (100)::numeric))),
  constraint tax_rules_region_check CHECK ((char_length(region) <= 100))
);

create table public.test_payments (
  order_id uuid not null,
  attempt smallint not null,
  customer_id text not null,
  amount_minor bigint not null,
  currency text not null,
  payment_method text not null,
  status text not null,
  refunds jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone not null,
  constraint test_payments_pkey PRIMARY KEY (order_id, attempt),
  constraint test_payments_amount_minor_check CHECK ((amount_minor >= 0)),
  constraint test_payments_attempt_check CHECK ((attempt > 0)),
  constraint test_payments_status_check CHECK ((status = ANY (ARRAY['requires_action'::text, 'pending'::text, 'authorized'::text, 'captured'::text, 'declined'::text, 'voided'::text])))
);

CREATE INDEX inventory_by_product ON public.inventory USING btree (product_id);
CREATE INDEX orders_by_age ON public.orders USING btree (customer_id, created_at DESC, order_id DESC);
CREATE INDEX orders_by_email ON public.orders USING btree (bucket, lower(email), created_at, order_id);
CREATE INDEX orders_by_id ON public.orders USING btree (bucket, order_id);
CREATE INDEX orders_by_time ON public.orders USING btree (bucket, created_at, order_id);
CREATE UNIQUE INDEX orders_number ON public.orders USING btree (bucket, number);
CREATE INDEX outbox_unrouted ON public.outbox USING btree (bucket, created_at) WHERE (routed_at IS NULL);
CREATE INDEX outbox_deliveries_by_event ON public.outbox_deliveries USING btree (bucket, aggregate, sequence);
CREATE INDEX outbox_deliveries_dead ON public.outbox_deliveries USING btree (bucket, sink, ended_at) WHERE (state = 'dead'::text);
CREATE INDEX outbox_deliveries_due ON public.outbox_deliveries USING btree (bucket, sink, next_attempt_at) WHERE (state = 'pending'::text);
CREATE INDEX payment_tasks_due ON public.payment_tasks USING btree (bucket, due_at);
CREATE INDEX product_words_by_trigram ON public.product_words USING gist (word public.gist_trgm_ops);
CREATE INDEX products_by_category ON public.products USING btree (category, product_name COLLATE "C", product_id COLLATE "C");
CREATE INDEX products_by_name ON public.products USING btree (product_name COLLATE "C", product_id COLLATE "C");
CREATE INDEX products_by_price ON public.products USING btree (price, product_id COLLATE "C");
CREATE INDEX products_by_search ON public.products USING gin (search);
CREATE INDEX products_by_words ON public.products USING gin (name_words, all_words);
CREATE INDEX products_in_category_order ON public.products USING btree (category, product_name COLLATE public.catalog_order, product_id COLLATE "C");
CREATE INDEX products_in_order ON public.products USING btree (product_name COLLATE public.catalog_order, product_id COLLATE "C");

alter table public.cart_codes add constraint cart_codes_bucket_customer_id_fkey FOREIGN KEY (bucket, customer_id) REFERENCES public.carts(bucket, customer_id) ON DELETE CASCADE;
alter table public.cart_items add constraint cart_items_cart_fkey FOREIGN KEY (bucket, customer_id) REFERENCES public.carts(bucket, customer_id) ON DELETE CASCADE;
alter table public.cart_items add constraint cart_items_product_id_fkey FOREIGN KEY (product_id) REFERENCES public.products(product_id);
alter table public.delivery_places add constraint delivery_places_option_id_fkey FOREIGN KEY (option_id) REFERENCES public.delivery_options(option_id) ON DELETE CASCADE;
alter table public.delivery_tiers add constraint delivery_tiers_option_id_fkey FOREIGN KEY (option_id) REFERENCES public.delivery_options(option_id) ON DELETE CASCADE;
alter table public.inventory add constraint inventory_product_id_fkey FOREIGN KEY (product_id) REFERENCES public.products(product_id) ON DELETE CASCADE;
alter table public.low_stock add constraint low_stock_product_id_fkey FOREIGN KEY (product_id) REFERENCES public.products(product_id) ON DELETE CASCADE;
alter table public.order_deliveries add constraint order_deliveries_bucket_customer_id_order_id_fkey FOREIGN KEY (bucket, customer_id, order_id) REFERENCES public.orders(bucket, customer_id, order_id) ON DELETE CASCADE;
alter table public.order_discounts add constraint order_discounts_bucket_customer_id_order_id_fkey FOREIGN KEY (bucket, customer_id, order_id) REFERENCES public.orders(bucket, customer_id, order_id) ON DELETE CASCADE;
alter table public.order_fulfilment_lines add constraint order_fulfilment_lines_bucket_customer_id_order_id_fulfilm_fkey FOREIGN KEY (bucket, customer_id, order_id, fulfilment_id) REFERENCES public.order_fulfilments(bucket, customer_id, order_id, fulfilment_id) ON DELETE CASCADE;
alter table public.order_fulfilment_lines add constraint order_fulfilment_lines_bucket_customer_id_order_id_line_nu_fkey FOREIGN KEY (bucket, customer_id, order_id, line_number) REFERENCES public.order_items(bucket, customer_id, order_id, line_number) ON DELETE CASCADE;
alter table public.order_fulfilments add constraint order_fulfilments_bucket_customer_id_order_id_fkey FOREIGN KEY (bucket, customer_id, order_id) REFERENCES public.orders(bucket, customer_id, order_id) ON DELETE CASCADE;
alter table public.order_history add constraint order_history_bucket_customer_id_order_id_fkey FOREIGN KEY (bucket, customer_id, order_id) REFERENCES public.orders(bucket, customer_id, order_id) ON DELETE CASCADE;
alter table public.order_items add constraint order_items_order_fkey FOREIGN KEY (bucket, customer_id, order_id) REFERENCES public.orders(bucket, customer_id, order_id) ON DELETE CASCADE;
alter table public.order_taxes add constraint order_taxes_bucket_customer_id_order_id_fkey FOREIGN KEY (bucket, customer_id, order_id) REFERENCES public.orders(bucket, customer_id, order_id) ON DELETE CASCADE;
alter table public.outbox_deliveries add constraint outbox_deliveries_bucket_aggregate_sequence_fkey FOREIGN KEY (bucket, aggregate, sequence) REFERENCES public.outbox(bucket, aggregate, sequence) ON DELETE CASCADE;
alter table public.payment_tasks add constraint payment_tasks_bucket_customer_id_order_id_fkey FOREIGN KEY (bucket, customer_id, order_id) REFERENCES public.orders(bucket, customer_id, order_id) ON DELETE CASCADE;
alter table public.payments add constraint payments_bucket_customer_id_order_id_fkey FOREIGN KEY (bucket, customer_id, order_id) REFERENCES public.orders(bucket, customer_id, order_id) ON DELETE CASCADE;
alter table public.promotion_codes add constraint promotion_codes_promotion_id_fkey FOREIGN KEY (promotion_id) REFERENCES public.promotions(promotion_id) ON DELETE CASCADE;
alter table public.promotion_uses add constraint promotion_uses_bucket_customer_id_order_id_fkey FOREIGN KEY (bucket, customer_id, order_id) REFERENCES public.orders(bucket, customer_id, order_id) ON DELETE CASCADE;
alter table public.refunds add constraint refunds_bucket_customer_id_order_id_attempt_fkey FOREIGN KEY (bucket, customer_id, order_id, attempt) REFERENCES public.payments(bucket, customer_id, order_id, attempt) ON DELETE CASCADE;
alter table public.stock_holds add constraint stock_holds_bucket_customer_id_order_id_fkey FOREIGN KEY (bucket, customer_id, order_id) REFERENCES public.orders(bucket, customer_id, order_id) ON DELETE CASCADE;

CREATE TRIGGER products_collect_inserted_words AFTER INSERT ON public.products REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.collect_product_words();
CREATE TRIGGER products_collect_updated_words AFTER UPDATE ON public.products REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.collect_product_words();
CREATE TRIGGER products_index_words BEFORE INSERT OR UPDATE ON public.products FOR EACH ROW EXECUTE FUNCTION public.index_product_words();

grant select on public.buckets to carthub_app;
grant delete, insert, select, update on public.cart_codes to carthub_app;
grant delete, insert, select, update on public.cart_items to carthub_app;
grant delete, insert, select, update on public.carts to carthub_app;
grant select on public.delivery_options to carthub_app;
grant select on public.delivery_places to carthub_app;
grant select on public.delivery_tiers to carthub_app;
grant delete, insert, select, update on public.idempotency_keys to carthub_app;
grant select on public.inventory to carthub_app;
grant insert (product_id) on public.inventory to carthub_app;
grant insert (on_hand), update (on_hand) on public.inventory to carthub_app;
grant update (updated_at) on public.inventory to carthub_app;
grant insert (bucket) on public.inventory to carthub_app;
grant update (held) on public.inventory to carthub_app;
grant update (sold) on public.inventory to carthub_app;
grant delete, insert, select on public.low_stock to carthub_app;
grant select on public.markets to carthub_app;
grant insert, select on public.order_deliveries to carthub_app;
grant insert, select on public.order_discounts to carthub_app;
grant insert, select on public.order_fulfilment_lines to carthub_app;
grant insert, select on public.order_fulfilments to carthub_app;
grant update (delivered_at) on public.order_fulfilments to carthub_app;
grant insert, select on public.order_history to carthub_app;
grant insert, select on public.order_items to carthub_app;
grant update (fulfilled) on public.order_items to carthub_app;
grant update (cancelled) on public.order_items to carthub_app;
grant update (returned) on public.order_items to carthub_app;
grant update (restocked) on public.order_items to carthub_app;
grant insert, select on public.order_taxes to carthub_app;
grant insert, select on public.orders to carthub_app;
grant update (status) on public.orders to carthub_app;
grant update (payment_status) on public.orders to carthub_app;
grant update (payment_reference) on public.orders to carthub_app;
grant insert, select on public.outbox to carthub_app;
grant update (routed_at) on public.outbox to carthub_app;
grant insert, select on public.outbox_deliveries to carthub_app;
grant update (state) on public.outbox_deliveries to carthub_app;
grant update (attempts) on public.outbox_deliveries to carthub_app;
grant update (next_attempt_at) on public.outbox_deliveries to carthub_app;
grant update (claim) on public.outbox_deliveries to carthub_app;
grant update (last_error) on public.outbox_deliveries to carthub_app;
grant update (ended_at) on public.outbox_deliveries to carthub_app;
grant delete, insert, select, update on public.payment_tasks to carthub_app;
grant insert, select, update on public.payments to carthub_app;
grant select on public.pricing_rules to carthub_app;
grant select on public.product_words to carthub_app;
grant select on public.products to carthub_app;
grant insert, select, update on public.promotion_allotments to carthub_app;
grant select on public.promotion_codes to carthub_app;
grant delete, insert, select on public.promotion_uses to carthub_app;
grant select on public.promotions to carthub_app;
grant insert, select, update on public.refunds to carthub_app;
grant select on public.schema_version to carthub_app;
grant delete, insert, select, update on public.stock_holds to carthub_app;
grant select on public.tax_rules to carthub_app;
grant insert, select, update on public.test_payments to carthub_app;

insert into public.buckets (bucket) values (0);

insert into public.schema_version (version, name, checksum, duration_ms) values (1, 'shop', '5eb1733d106cf06a033efdd401eb3a00646fa7d1e54270be35228e887bede942', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (2, 'breaking_migrations', 'de7977c58032293449edb15f3f4d3481eb8b5ff21d60ed5ec651d96ad37d86a4', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (3, 'idempotency_keys', 'bc3304cdf928d9caafa9cb869423f2a5c781250a99d0c663555d22049d0f1504', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (4, 'cart_seen_at', 'c9db118acff367fa1730b71c07e4c3f6481947c3b5dbe47def925cf3494ce0c4', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (5, 'withdrawn_products', 'ac104951315e78e508589a62a5eddd3ba41ab60d2688edd3cdaa868fb9c2cec7', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (6, 'cart_pictures', 'f617aa051dbe6eec39ac05bb62d517ec10f31638b22e82ec10261d62954b6d0b', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (7, 'order_pictures', 'f2d4db08f843514730b4edb6c443aa55ecec02d574917f915a7b2b4d8c750507', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (8, 'search_words', 'e49cdc384af570bd7dc63501b200efe75c5aa09e8370de2ce67d6dc671d13901', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (9, 'fill_search_words', '6af73f20727e08e6b64f1211090e7ae00932498319d94b1451ef3c3aa5f37eea', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (10, 'search_indexes', '9eaa46133e7ff89ec9376ff6f36a16d9d94821fcd01bf5d2b19011d75cdc65df', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (11, 'faster_search_words', '439ab348cad1e47ff395f9da82960221d197e6071ac97bc9a05efb51878ad2a3', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (12, 'fill_folded_words', '9219783a9a9bb928fab92f52242d0a0f225e5f04e70a84d2aee8676f33092a6d', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (13, 'find_by_name', '3315765e3aa1376f63aaf55681ae1ccd4d37ab75fe6dc9435be4b15b2a0fa9c7', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (14, 'fill_words_with_places', '2a424e1964331a5b6d450b0fad38ebf725f65fd7dfcad0e0e9eb331b2f076091', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (15, 'buckets', 'd3e9cb9778769366d8bf5f4f85ccd25008bf0c624384465e220a812e7f2a27e2', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (16, 'carts_bucket', '0e3adde689bfd8186048ef07bfd23634802f6c9744c60b134bb1519dc3bf3829', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (17, 'cart_items_bucket', 'cfad5bd56f094cfcefb95792d88604f8d7e1e8b94ff7eb0c16072be3860b7ef1', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (18, 'orders_bucket', '1a6030f4541b01584a2d8b4e781dd381f75cace9f442a12c1b312a05bee8eebc', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (19, 'order_items_bucket', 'fdcf1c12c6861b88ea3273eaef86f3eaf73f2760e16ee3eef298d9e52ceb719d', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (20, 'idempotency_keys_bucket', 'a1b393ed8a5a6058bdd46b7fe249d843e1143ccba1c10c56813d149d218c0e8f', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (21, 'inventory_bucket', '45612baaaed6e7e3e54e74e2c65b1a0fe1a5719b66d453b2e34251dee0558e1e', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (22, 'keys_with_bucket', '1e792ffe8315131459747fa36ac9c3840fce3d5a98f5605cefb62085de044578', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (23, 'change_carts', '6ddf45be904141f6809e29253e5a3b506e5fde1c53b58ee66fc36e3be2a4ca82', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (24, 'cart_items_cart', '19dd4625de610e1c03f4fdafee64aa72952d7e0e0608aef305b155f66458ddbe', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (25, 'order_items_order', '2fbe955ceb9e835db66eed4568191cbb003e8b4a17ee9a9ca6fb08ee4baa5f03', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (26, 'validate_and_index', 'c514334e2aded42e9e1854b18a8c1ea685abb2eafd3b1cb08fee3ab80379eb81', 0);
insert into public.schema_version (version, name, checksum, duration_ms, breaking) values (27, 'carts_key', '2701d454e387925c33af840e1031f4c0ab8ff8da770361d636f33b33d3f49720', 0, true);
insert into public.schema_version (version, name, checksum, duration_ms, breaking) values (28, 'cart_items_key', '1f63c183ee89496be78f408dbf66d9a85ec83edb367699e169df90f6e196d305', 0, true);
insert into public.schema_version (version, name, checksum, duration_ms, breaking) values (29, 'orders_key', 'a78319cdd0b88a4867441e45cc48f6ce254d0d20f6a3be7cbfcfe7cce765947c', 0, true);
insert into public.schema_version (version, name, checksum, duration_ms, breaking) values (30, 'order_items_key', 'd7345087e9f9d304345151cd3ad79e5c028b1c29a3fb008ac77074a02414a006', 0, true);
insert into public.schema_version (version, name, checksum, duration_ms, breaking) values (31, 'idempotency_keys_key', '79b0f043067f33eebe3af8cf651103e05b383e15665ec528774861e66714a7b3', 0, true);
insert into public.schema_version (version, name, checksum, duration_ms, breaking) values (32, 'inventory_key', '9780fa9c65d448d79ef44478c6acc10c59f5021c6b071b2802dab678071b55e1', 0, true);
insert into public.schema_version (version, name, checksum, duration_ms) values (33, 'bring_stock', '1ee6fdad1ba79bcaa9efe539f8438c46018dd53ecc879dd60177d804bc9cc747', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (34, 'inventory_held', 'cbb2f7b6a7474f4ae635f732df09050d3b643a495f074ba1dc48756783f3c9a2', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (35, 'check_inventory_held', 'a98f8144f01a559eb49a9e76a6c466af3c481184fe8e4c46f3ad553904c45ce1', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (36, 'order_life_cycle', '95d451653c8c857bb8b50ffad440ace96ec2a1d3daec2ee9ecef72c452035fd6', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (37, 'check_order_life_cycle', 'd213be1a3f32a5245fc00983bdea83604f8a782e7ee2475c79d0ed0c15c46d89', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (38, 'stock_holds', 'bc9355ac10f4b33ae9f652bc56240d2fb00dcb992003832b803678c4847de2a2', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (39, 'order_history', 'a043c4f3547e3c9ef5e8a070064866f9a4d3d7f23aa35a7b119625d2a6ebd1eb', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (40, 'payments', '3d24e4f5498f7e9fc910ad66c92043387fec2ca85321d6d8b95e45d1b8fb75bd', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (41, 'place_orders', '293b3049244f6be6462cae540161c59cc1ef75b3f2907c088676a83ed9be36e9', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (42, 'settle_orders', '77d26698d0806415b8e5fa4e722d7d3bae265ca5ce1b4f99898f2625ff887aea', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (43, 'outbox', 'cdbf2aec87698c52c7e564b70d6481a38d62899d898723ab9c6f2a622b728e43', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (44, 'worker_tasks', 'a58416acfcc659e4d13b5a5f311dc0a5f2f9c75086d6910b09e8bcf4eec8d605', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (45, 'order_units', '71a5c3df62005844262b14c4f8795e862c7834d67925551e4fc873ae88d29916', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (46, 'index_orders', '914a4dda90f3c4755db89d322924d451989c34c9fd66baf1df3980489fee4115', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (47, 'order_fulfilments', '69457167d5f58a30fa1b1065ac73a30aa94f70cb741a6e928394f225e4d82f0e', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (48, 'refunds', '524872f71a92360a8a348a90aa184443fbb74dc5f2d88dc6ad3e12f0ca01fb79', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (49, 'record_order_change', 'd27a8b73c2b28d7f4a135f56c3ecc373a35c3a09534c1c03d40a1bf58ae41708', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (50, 'fulfil_order', '2943dd1ff48745228754587206eb99d6e83087e32bf43ac64f86d084f5a031cd', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (51, 'cancel_order', '92dc68e24be58ebaf27319dc5e376c1b3a1acd4f939f403c63c16ee770e8030d', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (52, 'refund_order', '5d6d1f66d2fb299ea08b2bac0e63c7da55117f41efe7a575acf1312e38f30a82', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (53, 'payment_tasks', 'f4bf51c6cc150a4fd19d93a7dfd88506b1b77c259b2f7aa9e0efd0b581c46c27', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (54, 'request_order_link', 'bf471b32d02d92216eaf85e08cd23cec743cead533536bae7646a24a09f4479f', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (55, 'test_payments', '6520a8e9fc7a44da010af948969ce45b2921a744c501f0e651ae76c50cbb48c0', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (56, 'order_locale', '9802851eee740293e8d29aa25bfe3bfe08ba569343ee1fc6ae5a27a35158bb93', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (57, 'check_order_locale', 'e71ca157ba1ac466e494e220de5c6a1e71ab58285ce0bf82003d9e272819b35d', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (58, 'pricing_rules', '8f3fa7d7aab4b3abbd10a864076262cf468c4bd1cd33c781472488f174bf42fa', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (59, 'product_weights', '98e1fb2e5262eed3f38bac123ab9ff29a375bf60b1750df932ae934913ca1cb5', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (60, 'check_product_weights', '992e88cfac2f1e0d6352d319fab61cc91ed6715b9976510a8394bcad10d7ebc6', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (61, 'promotion_uses', 'f82a93853d5ac48758e0e66f5ac73e6cee5a4ac8bc7f1a166916d77a8e51d3bc', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (62, 'order_prices', 'cc09bc9aa25d308373a468dabbd65a242aa789bff7a27f9772c1ecd5df995ecf', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (63, 'functions_of_prices', '64b9094db8ce33a41d681717bce272d8bc71891763c8b4e29613f98cc0a68229', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (64, 'place_priced_orders', '2c7cc34354348cfa13cb08dc3a32488fdd7f624ddf0c69b30813ac7eba6c1f04', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (65, 'settle_priced_orders', 'fb40afd7d662f64e62b3a2be4675ae78c602a73ad58337edf0773fffc77b8815', 0);
