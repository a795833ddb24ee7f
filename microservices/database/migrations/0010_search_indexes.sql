-- carthub: concurrently
-- squawk-disable-assume-in-transaction
-- Searches of the previous release use products_by_search; pages by name, products_by_name.

create index concurrently products_by_words on products using gin (name_words, all_words);

create index concurrently products_in_order on products (
  product_name collate catalog_order, product_id collate "C"
);

create index concurrently products_in_category_order on products (
  category, product_name collate catalog_order, product_id collate "C"
);
