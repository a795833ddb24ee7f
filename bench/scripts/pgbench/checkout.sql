-- The least that an order is: its units held, the order and its lines written; then it is paid: its units sold, the
-- hold ended, the cart emptied. One transaction, so nothing is paid in between. The carts that are empty already
-- make orders without lines, and two clients with one cart may hold its units twice: nothing is checked.
\set cart random(1, :carts)
begin;
with held as (
  update inventory as i set held = i.held + l.quantity
  from cart_items as l
  where l.bucket = 0 and l.customer_id = 'pgbench-' || :cart and i.bucket = 0 and i.product_id = l.product_id
  returning l.product_id, l.product_name, l.price, l.quantity
), placed as (
  insert into orders (bucket, customer_id, order_id, status, currency, subtotal, discount, shipping, tax, total,
    email, shipping_address, billing_address, payment_provider, payment_status, payment_reference)
  select 0, 'pgbench-' || :cart, gen_random_uuid(), 'pending_payment', 'USD', s.subtotal, 0, 0, 0, s.subtotal,
    'shopper@example.com', '{}', '{}', 'test', 'pending', ''
  from (select coalesce(sum(price * quantity), 0) as subtotal from held) as s
  returning bucket, customer_id, order_id
), hold as (
  insert into stock_holds (bucket, customer_id, order_id, expires_at)
  select bucket, customer_id, order_id, now() + interval '15 minutes' from placed
)
insert into order_items (bucket, customer_id, order_id, line_number, product_id, product_name, price, quantity,
  subtotal)
select p.bucket, p.customer_id, p.order_id, row_number() over (), h.product_id, h.product_name, h.price, h.quantity,
  h.price * h.quantity
from placed as p, held as h;
with sold as (
  update inventory as i
  set held = i.held - l.quantity, on_hand = i.on_hand - l.quantity, sold = i.sold + l.quantity
  from cart_items as l
  where l.bucket = 0 and l.customer_id = 'pgbench-' || :cart and i.bucket = 0 and i.product_id = l.product_id
), paid as (
  update orders set status = 'paid', payment_status = 'authorized', payment_reference = 'none'
  where bucket = 0 and customer_id = 'pgbench-' || :cart and status = 'pending_payment'
), ended as (
  delete from stock_holds where bucket = 0 and customer_id = 'pgbench-' || :cart
), emptied as (
  delete from cart_items where bucket = 0 and customer_id = 'pgbench-' || :cart
)
update carts set version = version + 1 where bucket = 0 and customer_id = 'pgbench-' || :cart;
commit;
