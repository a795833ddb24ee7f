-- carthub: breaking
-- The release before the buckets names the keys without a bucket in "on conflict".

alter table inventory
drop constraint inventory_pkey,
add constraint inventory_pkey primary key using index inventory_key;
