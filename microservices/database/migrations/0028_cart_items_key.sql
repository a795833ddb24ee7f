-- carthub: breaking
-- The release before the buckets names the keys without a bucket in "on conflict".

alter table cart_items
drop constraint cart_items_pkey,
add constraint cart_items_pkey primary key using index cart_items_key;
