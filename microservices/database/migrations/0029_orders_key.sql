-- carthub: breaking
-- The release before the buckets names the keys without a bucket in "on conflict".

lock table orders, order_items in access exclusive mode;

alter table order_items drop constraint order_items_customer_id_order_id_fkey;

alter table orders
drop constraint orders_pkey,
add constraint orders_pkey primary key using index orders_key;
