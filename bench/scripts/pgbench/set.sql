-- The same effect as a quantity that is set, as one row.
\set cart random(1, :carts)
\set line random(1, :lines)
\set product 1 + (:cart * 7 + :line) % :products
\set quantity random(1, 99)
with cart as (
  update carts set version = version + 1, updated_at = now()
  where bucket = 0 and customer_id = 'pgbench-' || :cart
  returning customer_id
)
update cart_items as l set quantity = :quantity
from cart
where l.bucket = 0 and l.customer_id = cart.customer_id and l.product_id = 'product-' || :product;
