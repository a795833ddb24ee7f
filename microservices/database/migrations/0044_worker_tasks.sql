-- What the workers have to do beside the delivery of events.

-- Orders that wait for their payment. While a worker looks at one, the end of its lease.
alter table stock_holds add column next_look_at timestamptz not null default '-infinity';

-- Payments of orders that were given up while nobody knew whether their provider has the money: a worker voids them.
create table payment_voids (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  created_at timestamptz not null default now(),
  -- While an attempt runs: the end of its lease.
  next_attempt_at timestamptz not null default now(),
  -- squawk-ignore prefer-bigint-over-int
  attempts integer not null default 0 check (attempts >= 0),
  primary key (bucket, customer_id, order_id),
  foreign key (bucket, customer_id, order_id) references orders (bucket, customer_id, order_id) on delete cascade
);

grant select, insert, update, delete on payment_voids to carthub_app;

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
