-- carthub: concurrently
-- squawk-disable-assume-in-transaction
-- The keys of this release. Those without a bucket stay for the previous one, which names them in "on conflict".

create unique index concurrently carts_key on carts (bucket, customer_id);

create unique index concurrently cart_items_key on cart_items (bucket, customer_id, product_id);

create unique index concurrently orders_key on orders (bucket, customer_id, order_id);

create unique index concurrently order_items_key on order_items (
  bucket, customer_id, order_id, line_number
);

create unique index concurrently idempotency_keys_key on idempotency_keys (bucket, customer_id, key);

create unique index concurrently inventory_key on inventory (bucket, product_id);
