-- How often promotions are used. A limit is allotted to the buckets like stock: each gives away its own uses, and gets
-- some of another bucket when it has none left.

create table promotion_allotments (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  promotion_id text not null,
  -- The sum over the buckets is the limit, or the uses if there are more.
  -- squawk-ignore prefer-bigint-over-int
  allotted integer not null,
  -- By orders that were not given up.
  -- squawk-ignore prefer-bigint-over-int
  used integer not null default 0,
  primary key (bucket, promotion_id),
  check (used between 0 and allotted)
);

create table promotion_uses (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  promotion_id text not null,
  code text,
  -- Whether it is counted in promotion_allotments.
  is_limited boolean not null,
  primary key (bucket, customer_id, order_id, promotion_id),
  foreign key (bucket, customer_id, order_id) references orders (bucket, customer_id, order_id) on delete cascade
);

-- The codes that a customer has entered.
create table cart_codes (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  code text not null check (char_length(code) between 1 and 50),
  added_at timestamptz not null default now(),
  primary key (bucket, customer_id, code),
  foreign key (bucket, customer_id) references carts (bucket, customer_id) on delete cascade
);

grant select, insert, update on promotion_allotments to carthub_app;
grant select, insert, delete on promotion_uses to carthub_app;
grant select, insert, update, delete on cart_codes to carthub_app;
