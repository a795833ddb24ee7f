-- The least that an order is: stock taken, the order and its lines written, the cart emptied. The carts
-- that are empty already make orders without lines: nothing is checked.
\set cart random(1, :carts)
with taken as (
  update inventory as i set on_hand = i.on_hand - l.quantity
  from cart_items as l
  where l.bucket = 0 and l.customer_id = 'pgbench-' || :cart and i.bucket = 0 and i.product_id = l.product_id
  returning l.product_id, l.product_name, l.price, l.quantity
), placed as (
  insert into orders (bucket, customer_id, order_id, status, currency, subtotal, discount, shipping, tax, total,
    email, shipping_address, billing_address, payment_provider, payment_status, payment_reference)
  select 0, 'pgbench-' || :cart, gen_random_uuid(), 'confirmed', 'USD', s.subtotal, 0, 0, 0, s.subtotal,
    'shopper@example.com', '{}', '{}', 'test', 'authorized', 'none'
  from (select coalesce(sum(price * quantity), 0) as subtotal from taken) as s
  returning bucket, customer_id, order_id
), lines as (
  insert into order_items (bucket, customer_id, order_id, line_number, product_id, product_name, price, quantity,
    subtotal)
  select p.bucket, p.customer_id, p.order_id, row_number() over (), t.product_id, t.product_name, t.price, t.quantity,
    t.price * t.quantity
  from placed as p, taken as t
), emptied as (
  delete from cart_items where bucket = 0 and customer_id = 'pgbench-' || :cart
)
update carts set version = version + 1 where bucket = 0 and customer_id = 'pgbench-' || :cart;
