-- What the totals of an order are made of. Orders of a shop without rules have none of these rows.

create table order_discounts (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  -- squawk-ignore prefer-bigint-over-int
  position integer not null check (position > 0),
  promotion_id text not null,
  name text not null,
  code text,
  -- Of the line that it reduces; null: the delivery.
  -- squawk-ignore prefer-bigint-over-int
  line_number integer,
  amount numeric(14, 2) not null check (amount > 0),
  primary key (bucket, customer_id, order_id, position),
  foreign key (bucket, customer_id, order_id) references orders (bucket, customer_id, order_id) on delete cascade
);

create table order_taxes (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  -- squawk-ignore prefer-bigint-over-int
  position integer not null check (position > 0),
  name text not null,
  -- In percent.
  rate numeric(7, 4) not null,
  -- The prices contain it: it is no part of orders.tax.
  is_included boolean not null,
  amount numeric(14, 2) not null check (amount >= 0),
  primary key (bucket, customer_id, order_id, position),
  foreign key (bucket, customer_id, order_id) references orders (bucket, customer_id, order_id) on delete cascade
);

create table order_deliveries (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  option_id text not null,
  name text not null,
  -- What was promised: working days until it arrives.
  -- squawk-ignore prefer-bigint-over-int
  min_days integer,
  -- squawk-ignore prefer-bigint-over-int
  max_days integer,
  primary key (bucket, customer_id, order_id),
  foreign key (bucket, customer_id, order_id) references orders (bucket, customer_id, order_id) on delete cascade
);

grant select, insert on order_discounts, order_taxes, order_deliveries to carthub_app;
