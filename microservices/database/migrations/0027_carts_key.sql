-- carthub: breaking
-- The release before the buckets names the keys without a bucket in "on conflict".

-- In the order in which the backend uses them.
lock table carts, cart_items in access exclusive mode;

alter table cart_items drop constraint cart_items_customer_id_fkey;

alter table carts
drop constraint carts_pkey,
add constraint carts_pkey primary key using index carts_key;
