-- The cart and its lines, as rows.
\set cart random(1, :carts)
select c.version, c.created_at, c.updated_at, l.product_id, l.product_name, l.price, l.quantity
from carts as c left join cart_items as l using (bucket, customer_id)
where c.bucket = 0 and c.customer_id = 'pgbench-' || :cart
order by l.added_at, l.product_id;
