-- What the workers have to do beside the delivery of events and payment_tasks.

-- Orders that wait for their payment. While a worker looks at one, the end of its lease.
alter table stock_holds add column next_look_at timestamptz not null default '-infinity';

-- Products of which all buckets together have few units, so that each shortage is reported once. The bucket is that of
-- the product's id, as customers' buckets are those of theirs: the event stock.low is in it.
create table low_stock (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  product_id text not null references products (product_id) on delete cascade,
  since timestamptz not null default now(),
  primary key (bucket, product_id)
);

grant select, insert, delete on low_stock to carthub_app;
