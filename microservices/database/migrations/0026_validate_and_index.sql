-- carthub: concurrently
-- squawk-disable-assume-in-transaction

alter table cart_items validate constraint cart_items_cart_fkey;

alter table order_items validate constraint order_items_order_fkey;

-- A product's page tells the stock of all buckets, and a bucket that is short looks for units in the others.
create index concurrently inventory_by_product on inventory (product_id);
