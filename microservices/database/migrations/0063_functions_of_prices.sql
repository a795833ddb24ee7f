-- What place_orders (0064) and settle_orders (0065) do about prices. In arrays of ordinals is the position of an order
-- in its batch, counted from 1.

-- The orders that were computed by other rules, or by another category or weight of a product.
create function outdated_prices(
  order_rules integer[],
  fact_ordinals integer[], fact_products text[], fact_categories text[], fact_weights integer[]
) returns integer[]
language plpgsql as $$
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
$$;

-- The orders whose customer cannot use a promotion any more. Their carts are locked.
create function used_promotions(
  at_bucket smallint, order_customers text[], locked integer[],
  use_ordinals integer[], use_promotions text[], use_customer_limits integer[], use_first_orders boolean[]
) returns integer[]
language plpgsql as $$
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
$$;

-- Locks the uses of the bucket. Returns the orders for which it has too few: each is counted after all before it, even
-- those that are refused.
create function spent_promotions(
  at_bucket smallint, candidates integer[], use_ordinals integer[], use_promotions text[], use_limited boolean[]
) returns integer[]
language plpgsql as $$
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
$$;

-- Counts the uses of placed orders. spent_promotions has locked what it changes.
create function use_promotions(
  at_bucket smallint, order_customers text[], order_ids uuid[], placed integer[],
  use_ordinals integer[], used_promotions text[], use_codes text[], use_limited boolean[]
) returns void
language plpgsql as $$
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
$$;

-- Keeps what the totals of placed orders are made of.
create function keep_prices(
  at_bucket smallint, order_customers text[], order_ids uuid[], placed integer[],
  discount_ordinals integer[], discount_positions integer[], discount_promotions text[], discount_names text[],
  discount_codes text[], discount_lines integer[], discount_amounts numeric[],
  tax_ordinals integer[], tax_positions integer[], tax_names text[], tax_rates numeric[], tax_included boolean[],
  tax_amounts numeric[],
  delivery_ordinals integer[], delivery_options text[], delivery_names text[], delivery_min_days integer[],
  delivery_max_days integer[]
) returns void
language plpgsql as $$
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
$$;

-- Gives back the uses of promotions by orders that were given up. The caller has locked the orders, and nobody else
-- gives them up; it locks stock afterwards, so that the order of locks is that of place_orders.
create function release_promotions(at_bucket smallint, given_up_customers text[], given_up_ids uuid[])
returns void
language plpgsql as $$
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
$$;
