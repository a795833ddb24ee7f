-- The foreign keys that name a bucket, and an index for the sum over all buckets: with them the keys without a bucket
-- can be dropped.

alter table cart_items add constraint cart_items_cart_fkey
foreign key (bucket, customer_id) references carts (bucket, customer_id)
on delete cascade not valid;
