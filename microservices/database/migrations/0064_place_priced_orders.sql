-- Places a batch of orders of one bucket and holds their stock. A function for the same reasons as change_carts.
--
-- An order is placed if its cart still has the version that it was computed from, its products are sold as they were
-- shown, nothing else of its customer waits for a payment, and its units are free. Each order has its own outcome:
--
--   placed          it waits for its payment; its units are held
--   key-used        its Idempotency-Key has been used
--   pending-order   another order of the customer waits for its payment
--   cart-changed    the cart has another version, or somebody is writing it
--   product-changed a product has another price, or is not sold any more
--   prices-changed  the rules, or the category or weight of a product, are not those that it was computed with
--   promotion-used  the customer has used a promotion as often as it allows, or has ordered before
--   promotion-used-up, out-of-stock
--                   uses of a promotion, or units, are missing in this bucket; orders before it in the batch count, so
--                   it may succeed alone
--
-- Locks carts without waiting, then uses of promotions in the order of promotion_id, then stock in the order of
-- product_id, so that batches do not deadlock. What it may wait for otherwise, keys, comes before, and tables after it.
-- The lock of a cart is also that of what its customer has used and ordered. What it calls is in 0063.
--
-- That of 0041, with fewer arguments, stays for the release that calls it until the next one drops it.

create function place_orders(
  at_bucket smallint,
  order_customers text[], order_versions integer[], order_ids uuid[], order_numbers text[], order_currencies text[],
  order_subtotals numeric[], order_discounts numeric[], order_shippings numeric[], order_taxes numeric[],
  order_totals numeric[], order_emails text[], order_locales text[], order_shipping_addresses jsonb[],
  order_billing_addresses jsonb[], order_providers text[], order_hold_seconds integer[], order_keys text[],
  order_fingerprints text[],
  -- The version of pricing_rules that it was computed with.
  order_rules integer[],
  -- ordinal: the position of the order in the arrays above, counted from 1.
  line_ordinals integer[], line_numbers integer[], line_products text[], line_names text[], line_prices numeric[],
  line_quantities integer[], line_images text[],
  -- The products by whose category or weight the order was computed.
  fact_ordinals integer[], fact_products text[], fact_categories text[], fact_weights integer[],
  use_ordinals integer[], use_promotions text[], use_codes text[], use_limited boolean[],
  use_customer_limits integer[], use_first_orders boolean[],
  -- line: the number of the line, null for the delivery.
  discount_ordinals integer[], discount_positions integer[], discount_promotions text[], discount_names text[],
  discount_codes text[], discount_lines integer[], discount_amounts numeric[],
  tax_ordinals integer[], tax_positions integer[], tax_names text[], tax_rates numeric[], tax_included boolean[],
  tax_amounts numeric[],
  delivery_ordinals integer[], delivery_options text[], delivery_names text[], delivery_min_days integer[],
  delivery_max_days integer[]
) returns table (ordinal integer, outcome text, created_at text)
language plpgsql as $$
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
$$;
