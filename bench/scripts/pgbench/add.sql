-- The same effect as an added unit, as one row: the version raised, the quantity raised. No answer is
-- built and no rule is checked, so this is the least that PostgreSQL can do for it.
\set cart random(1, :carts)
\set line random(1, :lines)
\set product 1 + (:cart * 7 + :line) % :products
with cart as (
  update carts set version = version + 1, updated_at = now()
  where bucket = 0 and customer_id = 'pgbench-' || :cart
  returning bucket, customer_id
)
insert into cart_items (bucket, customer_id, product_id, product_name, price, quantity)
select cart.bucket, cart.customer_id, p.product_id, p.product_name, p.price, 1
from cart, products as p
where p.product_id = 'product-' || :product
on conflict (bucket, customer_id, product_id)
  do update set quantity = cart_items.quantity + 1, price = excluded.price;
