-- carthub: concurrently
-- squawk-disable-assume-in-transaction

alter table products validate constraint products_weight_grams_check;
