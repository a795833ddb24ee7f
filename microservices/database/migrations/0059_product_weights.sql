-- What one unit of a product weighs with its packing, in grams; 0 if the catalog does not say.

-- squawk-ignore prefer-bigint-over-int
alter table products add column weight_grams integer not null default 0;
alter table products add constraint products_weight_grams_check check (weight_grams between 0 and 1000000) not valid;
