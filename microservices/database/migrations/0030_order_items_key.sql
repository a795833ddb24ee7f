-- carthub: breaking
-- The release before the buckets names the keys without a bucket in "on conflict".

alter table order_items
drop constraint order_items_pkey,
add constraint order_items_pkey primary key using index order_items_key;
