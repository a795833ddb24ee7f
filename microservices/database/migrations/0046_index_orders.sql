-- carthub: concurrently
-- squawk-disable-assume-in-transaction
-- How staff find orders, whose customers they do not know. No index names the status, so that an update of it writes
-- no index.

alter table order_items validate constraint order_items_units_check;

alter table order_history validate constraint order_history_event_check;

create index concurrently orders_by_id on orders (bucket, order_id);

create index concurrently orders_by_time on orders (bucket, created_at, order_id);

create index concurrently orders_by_email on orders (bucket, lower(email), created_at, order_id);
