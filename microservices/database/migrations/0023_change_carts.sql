-- Writes a batch of changed carts, or none of a cart whose snapshot is outdated: see cart.queries.ts of the backend.
-- A function, because a distributed PostgreSQL refuses one statement that changes several tables for a batch, and
-- sends a call to the node of its bucket. Each part runs only if it has rows, which one statement cannot skip.
--
-- Runs with the caller's plan_cache_mode: a "set" of its own would cost time in each call. Tables are named with
-- their schema for the same reason.

create function change_carts(
  at_bucket smallint,
  requested_customers text[], requested_versions integer[], requested_increments integer[],
  used_customers text[], used_products text[], used_names text[], used_prices numeric[],
  used_images text[],
  put_customers text[], put_products text[], put_names text[], put_prices numeric[],
  put_quantities integer[], put_images text[], put_positions integer[],
  removed_customers text[], removed_products text[],
  response_customers text[], response_keys text[], response_fingerprints text[],
  response_statuses integer[], response_headers jsonb[], response_heads text[],
  response_middles text[], response_tails text[]
) returns table (customer_id text, version integer, created_at text, updated_at text)
language plpgsql as $$
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
$$;
